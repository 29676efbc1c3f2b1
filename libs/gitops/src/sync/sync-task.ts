import { groupVersionKind, objectKey, type KubeObject } from '@lotse/manifests';
import type { ResourceResult } from '../application/types.js';
import type { HookType, SyncPhase } from '../vocabulary.js';

/** One thing a sync does: apply, run as a hook, or prune one object in one phase. */
export interface SyncTask {
  /** Names the task in the results: object and phase. */
  readonly key: string;
  /** Names the object: `group/Kind/namespace/name`. */
  readonly object: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly phase: SyncPhase;
  readonly wave: number;
  readonly hookType: HookType | undefined;
  /** Undefined: the object is to be pruned. */
  readonly target: KubeObject | undefined;
  /** The live object as it was when the plan was made; only what it is, not how it is, may be read from it. */
  readonly live: KubeObject | undefined;
}

/** Names a task: an object may take part in several phases. */
export function taskKey(object: string, phase: SyncPhase): string {
  return `${phase}:${object}`;
}

/** Makes a task for an object. */
export function makeTask(
  identity: KubeObject,
  parts: Pick<SyncTask, 'phase' | 'wave' | 'hookType' | 'target' | 'live'>,
): SyncTask {
  const object = objectKey(identity);
  return {
    key: taskKey(object, parts.phase),
    object,
    ...groupVersionKind(identity),
    namespace: identity.metadata.namespace ?? '',
    name: identity.metadata.name ?? '',
    ...parts,
  };
}

/** The key of the task a result belongs to. */
export function resultKey(result: ResourceResult): string {
  return taskKey(`${result.group}/${result.kind}/${result.namespace}/${result.name}`, result.syncPhase);
}

/** An empty result for a task. */
export function resultFor(task: SyncTask): ResourceResult {
  const result: ResourceResult = {
    group: task.group,
    version: task.version,
    kind: task.kind,
    namespace: task.namespace,
    name: task.name,
    syncPhase: task.phase,
  };
  if (task.hookType) result.hookType = task.hookType;
  if (task.wave !== 0 && Number.isSafeInteger(task.wave)) result.wave = task.wave;
  return result;
}
