import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { emitYaml, isJsonObject, type JsonObject } from '@lotse/manifests';
import { applicationPath } from '../api/application.js';
import { EXIT } from '../cli-error.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';

/** One resource as the server compares it; states are JSON texts, `null` where there is none. */
interface ManagedResource {
  readonly group?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly hook?: boolean;
  readonly modified?: boolean;
  readonly targetState?: string;
  readonly normalizedLiveState?: string;
  readonly predictedLiveState?: string;
}

/** `lotse app diff`: exits 20 when there are differences. */
export function addDiff(app: Command): void {
  app
    .command('diff')
    .description('what a sync would change')
    .argument('<name>')
    .option('--refresh', 'compare with Git first')
    .action(async (name: string, options: { refresh?: boolean }, command: Command) => {
      const api = sessionOf(command);
      if (options.refresh) await api.get(applicationPath(name), { refresh: 'normal' });
      const { items } = await api.get<{ items: ManagedResource[] }>(
        `${applicationPath(name)}/managed-resources`,
      );
      const patches = items
        .filter(({ hook }) => !hook)
        .map(patchOf)
        .filter((patch) => patch !== '');
      for (const patch of patches) say(patch);
      if (patches.length > 0) process.exitCode = EXIT.differs;
    });
}

function patchOf(resource: ManagedResource): string {
  const live = asYaml(resource.normalizedLiveState);
  const wanted = asYaml(resource.predictedLiveState ?? resource.targetState);
  if (live === wanted) return '';
  const place = [resource.group, resource.kind, [resource.namespace, resource.name].filter(Boolean).join('/')]
    .filter(Boolean)
    .join(' ');
  const text = createTwoFilesPatch(`live/${place}`, `git/${place}`, live, wanted, undefined, undefined, {
    context: 3,
    timeout: 1000,
  });
  return `===== ${place} ======\n${text?.split('\n').slice(1).join('\n') ?? '(too different to show)'}`;
}

function asYaml(state: string | undefined): string {
  const parsed: unknown = state ? JSON.parse(state) : null;
  if (!isJsonObject(parsed)) return '';
  const metadata: JsonObject = isJsonObject(parsed['metadata']) ? { ...parsed['metadata'] } : {};
  // What every write changes says nothing about a difference.
  for (const key of ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'])
    delete metadata[key];
  const { status: _, ...rest } = parsed;
  return emitYaml({ ...rest, metadata });
}
