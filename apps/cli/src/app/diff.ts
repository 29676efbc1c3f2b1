import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { emitYaml, isJsonObject, type JsonObject } from '@lotse/manifests';
import { applicationPath } from '../api/application.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError, EXIT } from '../cli-error.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';
import { localFiles } from './local-files.js';

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

interface DiffOptions {
  readonly refresh?: boolean;
  readonly hardRefresh?: boolean;
  readonly revision?: string;
  readonly local?: string;
  readonly localRepoRoot?: string;
}

/** `lotse app diff`: exits 20 when there are differences. */
export function addDiff(app: Command): void {
  app
    .command('diff')
    .description('what a sync would change')
    .argument('<name>')
    .option('--refresh', 'compare with Git first')
    .option('--hard-refresh', 'render again first')
    .option('--revision <revision>', 'what a sync to this branch, tag or commit would change')
    .option('--local <folder>', 'what the files of this folder would change, before they are committed')
    .option('--local-repo-root <folder>', 'the folder with everything that --local refers to')
    .action(async (name: string, options: DiffOptions, command: Command) => {
      const items = await compared(sessionOf(command), name, options);
      const patches = items
        .filter(({ hook }) => !hook)
        .map(patchOf)
        .filter((patch) => patch !== '');
      for (const patch of patches) say(patch);
      if (patches.length > 0) process.exitCode = EXIT.differs;
    });
}

async function compared(api: ApiClient, name: string, options: DiffOptions): Promise<ManagedResource[]> {
  const { revision, local, localRepoRoot } = options;
  if (local !== undefined && revision !== undefined)
    throw new CliError('--local and --revision are two things to compare with: give one', EXIT.usage);
  const refresh = options.hardRefresh ? 'hard' : options.refresh ? 'normal' : undefined;
  if (refresh) await api.get(applicationPath(name), { refresh });
  const path = `${applicationPath(name)}/managed-resources`;
  const { items } =
    local === undefined
      ? await api.get<{ items: ManagedResource[] }>(path, { revision })
      : await api.post<{ items: ManagedResource[] }>(path, localFiles(local, localRepoRoot));
  return items;
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
