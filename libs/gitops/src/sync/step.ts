import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation } from '../annotations.js';
import type { HealthStatus, ResourceResult } from '../application/types.js';
import { objectHealth } from '../health/health.js';
import type { OperationPhase } from '../vocabulary.js';
import { hookDeletePolicies } from './hooks.js';
import { kindRank } from './order.js';
import type { SyncPlan } from './plan.js';
import { resultFor, resultKey, type SyncTask } from './sync-task.js';

/** One thing to do now. */
export interface SyncAction {
  readonly type: 'apply' | 'prune' | 'delete-hook';
  readonly task: SyncTask;
}

/** What to do next. */
export type SyncDecision =
  /** Try everything without storing it; then call again with `validated`. */
  | { readonly type: 'validate'; readonly tasks: readonly SyncTask[] }
  /** Do these: batches one after the other, actions of a batch at once; stop after a batch with a failure. */
  | { readonly type: 'act'; readonly batches: readonly (readonly SyncAction[])[]; readonly message: string }
  /** Nothing to do until one of these objects (by key) changes. */
  | { readonly type: 'wait'; readonly on: readonly string[]; readonly message: string }
  /** The end; hooks to clean up are given. */
  | {
      readonly type: 'done';
      readonly phase: 'Succeeded' | 'Failed';
      readonly message: string;
      readonly cleanup: readonly SyncAction[];
    };

/** Where a sync stands: all of it can be stored and read back, so that a sync goes on after a crash. */
export interface SyncProgress {
  readonly results: readonly ResourceResult[];
  /** True once everything passed its dry run. */
  readonly validated: boolean;
}

/** What a step knows of the world. */
export interface StepInput {
  readonly plan: SyncPlan;
  readonly progress: SyncProgress;
  /** The live object now, by key. */
  readonly live: (object: string) => KubeObject | undefined;
}

/** Where the sync stands after looking, and what to do next. */
export interface StepOutput {
  readonly results: ResourceResult[];
  readonly decision: SyncDecision;
}

/** Results of everything that was tried, by task. */
type Results = Map<string, ResourceResult>;

const COMPLETED: ReadonlySet<OperationPhase | undefined> = new Set<OperationPhase>([
  'Succeeded',
  'Failed',
  'Error',
]);

/**
 * Decides the next step of a sync: (plan, what was done, what is) -> what to do. Pure; call it again after each action,
 * each change of an object waited for, and after a restart.
 */
export function stepSync(input: StepInput): StepOutput {
  const { plan, progress } = input;
  const results: Results = new Map(progress.results.map((result) => [resultKey(result), result]));
  const output = (decision: SyncDecision): StepOutput => ({ results: [...results.values()], decision });
  if (!progress.validated) return output({ type: 'validate', tasks: [...plan.tasks, ...plan.failTasks] });
  adoptOwnHooks(input, results);
  for (const task of [...plan.tasks, ...plan.failTasks]) refresh(task, results, input.live);

  const phaseOf = (task: SyncTask): OperationPhase | undefined => results.get(task.key)?.hookPhase;
  const failed = plan.tasks.filter((task) => phaseOf(task) === 'Failed' || phaseOf(task) === 'Error');
  const running = plan.tasks.filter((task) => phaseOf(task) === 'Running');
  const multiStep = new Set(plan.tasks.map((task) => `${task.phase}/${task.wave}`)).size > 1;
  const pending = plan.tasks.filter((task) => phaseOf(task) === undefined);
  const waitFor = running.filter(
    (task) => task.hookType !== undefined || (multiStep && isAwaited(task, plan, pending)),
  );
  if (waitFor.length > 0 && failed.length === 0) return output(waiting('healthy state of', waitFor));
  if (failed.length > 0) return output(afterFailure(input, results, failed, running));

  const terminating = plan.tasks.filter(
    (task) =>
      task.target === undefined &&
      results.get(task.key)?.status === 'Pruned' &&
      input.live(task.object)?.metadata.uid === task.live?.metadata.uid &&
      input.live(task.object) !== undefined,
  );
  if (terminating.length > 0) return output(waiting('deletion of', terminating));

  const [first] = pending;
  if (!first) {
    return output({
      type: 'done',
      phase: 'Succeeded',
      message: 'successfully synced (all tasks run)',
      cleanup: cleanup(input, results, 'HookSucceeded'),
    });
  }
  const wave = pending.filter((task) => task.phase === first.phase && task.wave === first.wave);
  return output(runWave(wave, input));
}

/**
 * Must a sync wait until this object is healthy? While something comes after it, and in a last wave that has hooks.
 * A last wave of plain objects ends with their apply, even if they degrade later.
 */
function isAwaited(task: SyncTask, plan: SyncPlan, pending: readonly SyncTask[]): boolean {
  if (pending.length > 0) return true;
  return plan.tasks.some(
    (other) => other.hookType !== undefined && other.phase === task.phase && other.wave === task.wave,
  );
}

/** What still is to be done after the last wave is applied is only waiting for hooks: `done` comes at once without them. */
function runWave(wave: readonly SyncTask[], input: StepInput): SyncDecision {
  const prune = wave.filter((task) => task.target === undefined);
  const message = 'one or more tasks are running';
  if (prune.length > 0)
    return { type: 'act', message, batches: [prune.map((task) => ({ type: 'prune', task }))] };
  const stale = wave.filter(
    (task) =>
      task.target &&
      task.hookType &&
      hookDeletePolicies(task.target).includes('BeforeHookCreation') &&
      input.live(task.object),
  );
  if (stale.length > 0) {
    const going = stale.filter((task) => input.live(task.object)?.metadata.deletionTimestamp === undefined);
    if (going.length === 0) return waiting('deletion of hook', stale);
    return { type: 'act', message, batches: [going.map((task) => ({ type: 'delete-hook', task }))] };
  }
  return { type: 'act', message, batches: batchesByKind(wave) };
}

function batchesByKind(tasks: readonly SyncTask[]): SyncAction[][] {
  const batches = new Map<number, SyncAction[]>();
  for (const task of tasks) {
    const rank = kindRank(task.kind);
    const batch = batches.get(rank);
    if (batch) batch.push({ type: 'apply', task });
    else batches.set(rank, [{ type: 'apply', task }]);
  }
  return [...batches.values()];
}

/** A hook that this very operation made, before a crash kept it from saying so, is not made again. */
function adoptOwnHooks(input: StepInput, results: Results): void {
  for (const task of [...input.plan.tasks, ...input.plan.failTasks]) {
    if (!task.hookType || results.has(task.key)) continue;
    const live = input.live(task.object);
    if (
      live &&
      live.metadata.deletionTimestamp === undefined &&
      annotation(live, ANNOTATION.operation) === input.plan.operation
    ) {
      results.set(task.key, {
        ...resultFor(task),
        status: 'Synced',
        hookPhase: 'Running',
        message: `${task.kind.toLowerCase()}/${task.name} created`,
      });
    }
  }
}

/** Looks at what a running task became. */
function refresh(task: SyncTask, results: Results, live: StepInput['live']): void {
  const result = results.get(task.key);
  if (result?.hookPhase !== 'Running') return;
  const object = live(task.object);
  if (!object) {
    // the object is gone although it was applied: for a hook nobody can say how it ended
    if (task.hookType)
      results.set(task.key, {
        ...result,
        hookPhase: 'Error',
        message: `the hook was deleted before it finished`,
      });
    return;
  }
  const health = objectHealth(object);
  const phase = task.hookType ? hookPhase(health) : resourcePhase(health);
  const message = task.hookType || phase === 'Failed' ? (health?.message ?? result.message) : result.message;
  results.set(task.key, { ...result, hookPhase: phase, ...(message !== undefined && { message }) });
}

function hookPhase(health: HealthStatus | undefined): OperationPhase {
  switch (health?.status) {
    case 'Unknown':
    case 'Degraded':
      return 'Failed';
    case 'Progressing':
    case 'Suspended':
      return 'Running';
    case 'Healthy':
    case 'Missing':
    case undefined:
      return 'Succeeded';
  }
}

function resourcePhase(health: HealthStatus | undefined): OperationPhase {
  if (!health || health.status === 'Healthy') return 'Succeeded';
  return health.status === 'Degraded' ? 'Failed' : 'Running';
}

function waiting(what: string, tasks: readonly SyncTask[]): SyncDecision {
  const named = tasks[0];
  if (!named) return { type: 'wait', on: [], message: `waiting for ${what} nothing` };
  const kind = named.hookType
    ? 'completion of hook '
    : what === 'healthy state of'
      ? 'healthy state of '
      : `${what} `;
  const more =
    tasks.length > 1 ? ` and ${tasks.length - 1} more ${named.hookType ? 'hooks' : 'resources'}` : '';
  const object = `${named.group ? `${named.group}/` : ''}${named.kind}/${named.name}`;
  return {
    type: 'wait',
    on: tasks.map((task) => task.object),
    message: `waiting for ${what.startsWith('deletion') ? `${what} ` : kind}${object}${more}`,
  };
}

/** Runs the hooks for failures, waits for what still runs, and ends. */
function afterFailure(
  input: StepInput,
  results: Results,
  failed: readonly SyncTask[],
  running: readonly SyncTask[],
): SyncDecision {
  const hooks = running.filter((task) => task.hookType);
  if (hooks.length > 0) return waiting('completion of', hooks);
  const { failTasks } = input.plan;
  const pending = failTasks.filter((task) => results.get(task.key)?.hookPhase === undefined);
  if (pending.length > 0)
    return runWave(
      pending.filter((task) => task.wave === pending[0]?.wave),
      input,
    );
  const active = failTasks.filter((task) => !COMPLETED.has(results.get(task.key)?.hookPhase));
  if (active.length > 0) return waiting('completion of', active);
  const notApplied = failed.some((task) => results.get(task.key)?.status === 'SyncFailed');
  const reasons = failed.map((task) => results.get(task.key)?.message).filter((message) => message);
  const base = notApplied
    ? 'one or more objects failed to apply'
    : 'one or more synchronization tasks completed unsuccessfully';
  return {
    type: 'done',
    phase: 'Failed',
    message: reasons.length > 0 ? `${base}, reason: ${reasons.join('; ')}` : base,
    cleanup: [...cleanup(input, results, 'HookFailed'), ...cleanup(input, results, 'HookSucceeded')],
  };
}

/** Hooks whose delete policy says that they go now. */
function cleanup(input: StepInput, results: Results, policy: 'HookSucceeded' | 'HookFailed'): SyncAction[] {
  const wanted: OperationPhase = policy === 'HookSucceeded' ? 'Succeeded' : 'Failed';
  return [...input.plan.tasks, ...input.plan.failTasks]
    .filter((task) => task.hookType && task.target && results.get(task.key)?.hookPhase === wanted)
    .filter(
      (task) =>
        task.target &&
        hookDeletePolicies(task.target).includes(policy) &&
        input.live(task.object) !== undefined,
    )
    .map((task) => ({ type: 'delete-hook', task }));
}
