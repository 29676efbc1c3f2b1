import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { emitYaml, parseYaml, type JsonValue } from '@lotse/manifests';
import { expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import type { PatchKind } from '../clients/client.js';
import { createCluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';
import { pathText } from './field-set.js';
import { parseManagers } from './manager-entry.js';

/**
 * Each file in testdata/ is a conversation: `> command arguments`, a YAML body, and after `=>` what came of it;
 * lines with `# ` are for readers. Written
 * again from what really happens with UPDATE_TRANSCRIPTS=1; the difference is then for a person to judge.
 */
const folder = new URL('testdata/', import.meta.url);

class Conversation {
  readonly #cluster = createCluster({ controllers: [] });
  #last: { apiVersion: string; kind: string; namespace: string | undefined; name: string } | undefined;

  run(command: string, body: string): string {
    const [verb = '', ...words] = command.split(' ');
    const option = (name: string): string | undefined =>
      words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
    try {
      if (verb === 'show') return emitYaml(at(this.#object(), words[0] ?? '') ?? null).trimEnd();
      if (verb === 'owners') return owners(this.#object());
      if (verb === 'wait') return (this.#cluster.advance(words[0] ?? '1s'), '');
      return this.#write(verb, body, option, words);
    } catch (error) {
      if (isApiError(error)) return `${error.code} ${error.reason}: ${error.message}`;
      throw error;
    }
  }

  #write(verb: string, body: string, option: (name: string) => string | undefined, words: string[]): string {
    const { operations, registry, store } = this.#cluster;
    const given = parseYaml(body) as unknown as StoredObject;
    if (given.kind !== undefined && given.metadata) {
      const { namespace, name = '' } = given.metadata;
      this.#last = { apiVersion: given.apiVersion, kind: given.kind, namespace, name };
    }
    if (!this.#last) throw new Error('the first command must name an object');
    const { apiVersion, kind, namespace, name } = this.#last;
    const resource = registry.findKind(apiVersion, kind);
    if (!resource) throw new Error(`no kind ${kind}`);
    const subresource = option('subresource');
    const options = {
      fieldManager: option('manager') ?? 'test',
      dryRun: words.includes('dry-run'),
      force: words.includes('force'),
      ...(subresource !== undefined && { subresource }),
    };
    const before = store.revision;
    const requester = { user: 'tester' };
    if (verb === 'apply') operations.apply(resource, given, requester, options);
    else if (verb === 'create') operations.create(resource, given, requester, options);
    else if (verb === 'update') operations.update(resource, given, requester, options);
    else operations.patch(resource, namespace, name, verb as PatchKind, given, requester, options);
    return store.revision === before ? 'nothing written' : owners(this.#object());
  }

  #object(): StoredObject {
    const { apiVersion = '', kind = '', namespace, name = '' } = this.#last ?? {};
    const resource = this.#cluster.registry.findKind(apiVersion, kind);
    if (!resource) throw new Error(`no kind ${kind}`);
    return this.#cluster.operations.get(resource, namespace, name);
  }
}

function at(object: StoredObject, path: string): JsonValue | undefined {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value as JsonValue | undefined;
}

function owners(object: StoredObject): string {
  const managers = parseManagers(object.metadata.managedFields);
  if (!managers || managers.size === 0) return 'no owners';
  return [...managers.values()]
    .map(({ manager, operation, apiVersion, subresource, set }) => {
      const paths = [...set.paths()].map((path) => `  ${pathText(path)}`);
      return `${manager} ${operation} ${apiVersion}${subresource && ` ${subresource}`}\n${paths.join('\n')}`;
    })
    .join('\n');
}

function replay(text: string): string {
  const conversation = new Conversation();
  const blocks = text.split(/^(?=> )/m);
  return blocks
    .map((block) => {
      if (!block.startsWith('> ')) return block;
      const [head = '', said = ''] = block.split(/^=>$/m);
      const prose = said.split('\n').filter((text) => text.startsWith('# '));
      const line = head.indexOf('\n');
      const answer = conversation.run(head.slice(2, line), head.slice(line + 1));
      return `${head.trimEnd()}\n=>\n${answer}${answer && '\n'}\n${prose.map((text) => `${text}\n\n`).join('')}`;
    })
    .join('')
    .trimEnd()
    .concat('\n');
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
  it(`applies as Kubernetes does: ${name}`, () => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    const answer = replay(text);
    if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, answer);
    else expect(answer).toBe(text);
  });
}
