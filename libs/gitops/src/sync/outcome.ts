import type { ResourceResult } from '../application/types.js';
import type { SyncPlan } from './plan.js';
import { resultFor, type SyncTask } from './sync-task.js';

/** What performing an action gave. */
export type ActionOutcome =
  { readonly ok: true; readonly message: string } | { readonly ok: false; readonly message: string };

/** The result of an applied task: it runs until its health says otherwise. */
export function appliedResult(task: SyncTask, outcome: ActionOutcome): ResourceResult {
  return outcome.ok
    ? { ...resultFor(task), status: 'Synced', message: outcome.message, hookPhase: 'Running' }
    : { ...resultFor(task), status: 'SyncFailed', message: outcome.message, hookPhase: 'Failed' };
}

/** The result of a prune, or of deciding against one. */
export function prunedResult(
  task: SyncTask,
  outcome: ActionOutcome | 'skipped',
  reason = '',
): ResourceResult {
  if (outcome === 'skipped') {
    return {
      ...resultFor(task),
      status: 'PruneSkipped',
      message: `ignored (${reason})`,
      hookPhase: 'Succeeded',
    };
  }
  return outcome.ok
    ? { ...resultFor(task), status: 'Pruned', message: outcome.message, hookPhase: 'Succeeded' }
    : { ...resultFor(task), status: 'SyncFailed', message: outcome.message, hookPhase: 'Failed' };
}

/** What a refused dry run was about. */
export interface DryRunRefusal {
  readonly task: SyncTask;
  readonly code: number;
  readonly message: string;
  /** True when the API has no such kind. */
  readonly kindMissing: boolean;
}

/**
 * True when a dry run can't succeed yet and will: the kind's definition or the namespace is made by this same plan,
 * or the object asks not to be tried.
 */
export function refusalIsExpected(refusal: DryRunRefusal, plan: SyncPlan, skipMissing: boolean): boolean {
  const { task } = refusal;
  if (refusal.kindMissing) {
    return (
      skipMissing ||
      plan.tasks.some((other) => other.kind === 'CustomResourceDefinition' && definesKind(other, task))
    );
  }
  const missesNamespace = refusal.code === 404 && task.namespace !== '';
  return (
    missesNamespace &&
    plan.tasks.some(
      (other) => other.kind === 'Namespace' && other.target !== undefined && other.name === task.namespace,
    )
  );
}

function definesKind(definition: SyncTask, task: SyncTask): boolean {
  const spec = definition.target?.['spec'];
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec) || !('names' in spec)) return false;
  const names = spec['names'];
  if (typeof names !== 'object' || names === null || Array.isArray(names) || !('kind' in names)) return false;
  return 'group' in spec && spec['group'] === task.group && names['kind'] === task.kind;
}
