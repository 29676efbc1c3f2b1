import { isJsonObject, type JsonObject } from '@lotse/manifests';
import { parseBoundedJson } from '../../api/bounded-json.js';
import type { APIService } from '../../types/index.js';
import type { Leftover, NamespaceContents, Remains } from '../../aggregation/namespace-contents.js';
import type { RemoteAnswer, RemoteApiCaller, RemoteApis } from '../../aggregation/remote-api.js';

const NOTHING: Remains = { left: new Map(), undiscovered: [], failures: [] };
/** Objects deleted one by one in one round, on servers that can't delete all at once. */
const MOST_DELETED = 500;

interface Collection {
  readonly service: APIService;
  readonly path: string;
  /** `<resource>.<group>`. */
  readonly name: string;
  readonly deletesAll: boolean;
}

/** Asks the servers of APIServices to delete what they keep for a namespace (pkg/controller/namespace/deletion). */
export class RemoteNamespaceContents implements NamespaceContents {
  readonly #apis: RemoteApis;
  readonly #caller: RemoteApiCaller;
  /** By namespace; `asking` until the servers have answered. */
  readonly #rounds = new Map<string, Remains | 'asking'>();

  constructor(apis: RemoteApis, caller: RemoteApiCaller) {
    this.#apis = apis;
    this.#caller = caller;
  }

  emptied(namespace: string, answered: () => void): Remains | undefined {
    const known = this.#rounds.get(namespace);
    if (known === 'asking') return undefined;
    if (known) {
      this.#rounds.delete(namespace);
      return known;
    }
    const { collections, undiscovered } = this.#collections(namespace);
    if (collections.length === 0 && undiscovered.length === 0) return NOTHING;
    this.#rounds.set(namespace, 'asking');
    this.#emptyAll(collections)
      .then(
        ({ left, failures }) => this.#rounds.set(namespace, { left, failures, undiscovered }),
        (error: unknown) =>
          this.#rounds.set(namespace, { ...NOTHING, undiscovered, failures: [String(error)] }),
      )
      .finally(answered);
    return undefined;
  }

  #collections(namespace: string): { collections: Collection[]; undiscovered: string[] } {
    const collections = new Map<string, Collection>();
    const undiscovered: string[] = [];
    for (const { group, version, isStale, resources } of this.#apis.versions()) {
      const base = `/apis/${group}/${version}`;
      const service = this.#apis.serving(base);
      // A simulated program that never served an API keeps nothing.
      if (service && isStale && resources.length === 0 && this.#caller.isSimulated(service)) continue;
      if (isStale || !service) {
        undiscovered.push(`${group}/${version}`);
        continue;
      }
      for (const { name, namespaced, verbs } of resources) {
        if (typeof name !== 'string' || name.includes('/') || namespaced !== true) continue;
        const can = (verb: string): boolean => Array.isArray(verbs) && verbs.includes(verb);
        const key = `${name}.${group}`;
        if (!can('delete') || !can('list') || collections.has(key)) continue;
        const path = `${base}/namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
        collections.set(key, { service, path, name: key, deletesAll: can('deletecollection') });
      }
    }
    return { collections: [...collections.values()], undiscovered };
  }

  async #emptyAll(collections: readonly Collection[]): Promise<Omit<Remains, 'undiscovered'>> {
    const left = new Map<string, Leftover>();
    const failures: string[] = [];
    for (const collection of collections) {
      try {
        const remaining = await this.#empty(collection);
        if (remaining.count > 0) left.set(collection.name, remaining);
      } catch (error) {
        failures.push(`${collection.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { left, failures };
  }

  async #empty(collection: Collection): Promise<Leftover> {
    const { path, deletesAll } = collection;
    if (deletesAll) await this.#ask(collection, 'DELETE', `${path}?propagationPolicy=Background`);
    else
      for (const { metadata } of (await this.#list(collection)).slice(0, MOST_DELETED)) {
        const name = isJsonObject(metadata) ? metadata['name'] : undefined;
        if (typeof name === 'string')
          await this.#ask(
            collection,
            'DELETE',
            `${path}/${encodeURIComponent(name)}?propagationPolicy=Background`,
          );
      }
    const objects = await this.#list(collection);
    const finalizers = new Map<string, number>();
    for (const { metadata } of objects) {
      const held = isJsonObject(metadata) ? metadata['finalizers'] : undefined;
      for (const name of Array.isArray(held) ? held : [])
        if (typeof name === 'string') finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
    }
    return { count: objects.length, finalizers };
  }

  async #list(collection: Collection): Promise<JsonObject[]> {
    const value: unknown = parseBoundedJson(await this.#ask(collection, 'GET', collection.path));
    const items = isJsonObject(value) ? value['items'] : undefined;
    return Array.isArray(items) ? items.filter(isJsonObject) : [];
  }

  /** The body of an answer that is a success; what is not there counts as one, too. */
  async #ask({ service }: Collection, method: 'GET' | 'DELETE', path: string): Promise<string> {
    const answer = await new Promise<RemoteAnswer>((resolve) =>
      this.#caller.send(service, { method, path }, resolve),
    );
    if (answer.kind === 'failed') throw new Error(answer.problem);
    if (answer.status === 404) return '{}';
    if (answer.status < 200 || answer.status >= 300)
      throw new Error(`${method} ${path} was answered with status ${answer.status}`);
    return answer.body;
  }
}
