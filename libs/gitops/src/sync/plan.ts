import { objectKey, type KubeObject } from '@lotse/manifests';
import { resourceSyncOptions, type SyncOptions } from '../application/sync-options.js';
import { hookTypes, isSkipped, syncPhases, syncWave } from './hooks.js';
import { namedHook } from './named-hook.js';
import { orderTasks } from './order.js';
import { makeTask, type SyncTask } from './sync-task.js';

/** What a sync is planned from. */
export interface PlanInput {
  /** Objects as they should be, tracked and with their namespace; hooks among them. */
  readonly targets: readonly KubeObject[];
  /** Live objects of the application, and those of the targets that exist, by object key. */
  readonly lives: ReadonlyMap<string, KubeObject>;
  readonly options: SyncOptions;
  /** False for the apply strategy and for selective syncs: hooks are left out. */
  readonly runHooks: boolean;
  /** Only these objects, by key; all when undefined. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Commit, for names of hooks that leave theirs open. */
  readonly revision: string;
  /** Start of the operation in seconds; the same after a restart, so hooks keep their names. */
  readonly startedAtSeconds: number;
  /** 0 at first, counted up by retries: each attempt has hooks of its own. */
  readonly attempt?: number;
  /** Namespace to make first, with what it shall carry; undefined when it isn't wanted. */
  readonly createNamespace?:
    { name: string; labels?: Record<string, string>; annotations?: Record<string, string> } | undefined;
}

/** What a sync will do, in order. Pure: the same input gives the same plan, also after a restart. */
export interface SyncPlan {
  readonly tasks: readonly SyncTask[];
  /** Tasks that run only when others failed. */
  readonly failTasks: readonly SyncTask[];
  readonly options: SyncOptions;
  /** Names this operation on the hooks it makes. */
  readonly operation: string;
}

/** Plans a sync. */
export function planSync(input: PlanInput): SyncPlan {
  const wanted = (key: string): boolean => input.only === undefined || input.only.has(key);
  const tasks: SyncTask[] = [];
  const kept = new Set<string>();
  const made = {
    revision: input.revision,
    atSeconds: input.startedAtSeconds + (input.attempt ?? 0),
    operation: operationId(input),
  };
  for (const target of input.targets) {
    if (isSkipped(target)) {
      kept.add(objectKey(target));
      continue;
    }
    const types = hookTypes(target);
    if (types.length > 0 && !input.runHooks) continue;
    for (const phase of syncPhases(target)) {
      const hookType = types.find((type) => type === phase);
      const object = hookType ? namedHook(target, phase, made) : target;
      const key = objectKey(object);
      kept.add(key);
      if (!wanted(key)) continue;
      tasks.push(
        makeTask(object, {
          phase,
          wave: syncWave(target),
          hookType,
          target: object,
          live: input.lives.get(key),
        }),
      );
    }
  }
  tasks.push(...pruneTasks(input, kept, tasks, wanted));
  const namespace = namespaceTask(input, tasks);
  if (namespace) tasks.push(namespace);
  const ordered = orderTasks(tasks);
  return {
    tasks: ordered.filter((task) => task.phase !== 'SyncFail'),
    failTasks: ordered.filter((task) => task.phase === 'SyncFail'),
    options: input.options,
    operation: operationId(input),
  };
}

function operationId(input: PlanInput): string {
  return `${input.startedAtSeconds}.${input.attempt ?? 0}`;
}

/**
 * Live objects of the application that Git no longer has. Their waves are mirrored, so that what came last goes first;
 * `PruneLast` moves them behind everything.
 */
function pruneTasks(
  input: PlanInput,
  kept: ReadonlySet<string>,
  others: readonly SyncTask[],
  wanted: (key: string) => boolean,
): SyncTask[] {
  const extra = [...input.lives].filter(
    ([key, live]) => !kept.has(key) && wanted(key) && hookTypes(live).length === 0,
  );
  const waves = [...new Set(extra.map(([, live]) => syncWave(live)))].sort((a, b) => a - b);
  const mirrored = new Map(waves.map((wave, index) => [wave, waves[waves.length - 1 - index] ?? wave]));
  const lastWave = Math.max(
    0,
    ...others.filter((task) => task.phase === 'Sync').map((task) => task.wave),
    ...waves,
  );
  return extra.map(([, live]) => {
    const last = resourceSyncOptions(live, input.options).pruneLast;
    const wave = last ? lastWave + 1 : (mirrored.get(syncWave(live)) ?? 0);
    return makeTask(live, { phase: 'Sync', wave, hookType: undefined, target: undefined, live });
  });
}

/** The task that makes the destination namespace, when nobody else does and there is something to do. */
function namespaceTask(input: PlanInput, tasks: readonly SyncTask[]): SyncTask | undefined {
  const wanted = input.createNamespace;
  if (!wanted || wanted.name === '') return undefined;
  const { name, labels, annotations } = wanted;
  const target: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
  };
  const key = objectKey(target);
  if (tasks.some((task) => task.object === key && task.target)) return undefined;
  const live = input.lives.get(key);
  if (live && !labels && !annotations) return undefined;
  const waves = tasks.filter((task) => task.phase === 'PreSync').map((task) => task.wave);
  return makeTask(target, {
    phase: 'PreSync',
    wave: Math.min(0, ...waves) - 1,
    hookType: undefined,
    target,
    live,
  });
}
