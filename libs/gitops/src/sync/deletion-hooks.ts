import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation, FINALIZER } from '../annotations.js';
import type { SyncOptions } from '../application/sync-options.js';
import { objectHealth } from '../health/health.js';
import { hookDeletePolicies, hookTypes, syncWave } from './hooks.js';
import { namedHook } from './named-hook.js';
import { orderTasks } from './order.js';
import type { SyncPlan } from './plan.js';
import { makeTask } from './sync-task.js';

/** Hooks that run when an application is deleted: before its objects go, and after. */
export type DeletionHookType = 'PreDelete' | 'PostDelete';

/** The finalizers that hold an application for its hooks: until they have succeeded, and until they are cleaned up. */
export const HOOK_FINALIZERS: Readonly<Record<DeletionHookType, { run: string; cleanup: string }>> = {
  PreDelete: { run: FINALIZER.preDelete, cleanup: FINALIZER.preDeleteCleanup },
  PostDelete: { run: FINALIZER.postDelete, cleanup: FINALIZER.postDeleteCleanup },
};

/** The finalizers an application must have for the hooks among its objects; the others stay as they are. */
export function withHookFinalizers(finalizers: readonly string[], targets: readonly KubeObject[]): string[] {
  const types = new Set(targets.flatMap(hookTypes));
  let result = [...finalizers];
  for (const type of ['PreDelete', 'PostDelete'] as const) {
    const own = Object.values(HOOK_FINALIZERS[type]);
    result = types.has(type)
      ? [...new Set([...result, ...own])]
      : result.filter((finalizer) => !own.includes(finalizer));
  }
  return result;
}

/** What a deletion's hooks are planned from. */
export interface DeletionHooksInput {
  readonly type: DeletionHookType;
  /** Objects as they should be, tracked and with their namespace; hooks among them. */
  readonly targets: readonly KubeObject[];
  readonly options: SyncOptions;
  readonly revision: string;
  /** When the deletion was asked for: the same after a restart, so hooks keep their names. */
  readonly deletedAtSeconds: number;
}

/** Names one deletion on the hooks it makes. */
export function deletionOperation(type: DeletionHookType, deletedAtSeconds: number): string {
  return `${deletedAtSeconds}.${type}`;
}

/** Plans the hooks of one type as a sync of nothing but them: the same waves, policies and outcomes. */
export function planDeletionHooks(input: DeletionHooksInput): SyncPlan {
  const { type, deletedAtSeconds, revision } = input;
  const operation = deletionOperation(type, deletedAtSeconds);
  const tasks = input.targets
    .filter((target) => hookTypes(target).includes(type) && !hookTypes(target).includes('Skip'))
    .map((target) => {
      const object = namedHook(target, type, { revision, atSeconds: deletedAtSeconds, operation });
      const parts = { phase: 'Sync' as const, wave: syncWave(target), hookType: type, live: undefined };
      return makeTask(object, { ...parts, target: object });
    });
  return { tasks: orderTasks(tasks), failTasks: [], options: input.options, operation };
}

/** True for a hook of this deletion whose policy says that it goes now that it has ended. */
export function isSpentHook(live: KubeObject, operation: string): boolean {
  if (annotation(live, ANNOTATION.operation) !== operation) return false;
  const status = objectHealth(live)?.status ?? 'Healthy';
  const policies = hookDeletePolicies(live);
  return (
    (status === 'Healthy' && policies.includes('HookSucceeded')) ||
    (status === 'Degraded' && policies.includes('HookFailed'))
  );
}
