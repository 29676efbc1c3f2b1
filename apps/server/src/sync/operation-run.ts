import { CodedError, type KubeObject } from '@lotse/manifests';
import {
  resultKey,
  stepSync,
  type OperationState,
  type ResourceResult,
  type SyncAction,
  type SyncPlan,
} from '@lotse/gitops';
import type { ClusterHost } from '../cluster/cluster-host.js';
import type { ApplicationStore } from '../applications/application-store.js';
import { windowRefusal, type SyncWindows } from './sync-windows.js';
import { OperationPerformer, type PerformOptions } from './operation-performer.js';
import type { OperationPlanner, PlannedOperation } from './operation-planner.js';

/** How an attempt ended. `left`: the server stops, and the next start continues. */
export type OperationOutcome =
  | { readonly type: 'left' }
  | {
      readonly type: 'ended';
      readonly phase: 'Succeeded' | 'Failed' | 'Error';
      readonly message: string;
      /** False for what would fail the same way again. */
      readonly retryable: boolean;
      readonly state: OperationState;
    };

/** An operation that a sync window holds looks again this often: the project may have changed. */
const WINDOW_CHECK_MS = 30_000;
/** Steps without any progress: a sync that needs more has a defect, not a long list. */
const MAX_STEPS = 10_000;

/** One attempt of one operation: prepares, then steps until the end, storing each step. */
export class OperationRun {
  readonly #performer: OperationPerformer;
  #state: OperationState | undefined;
  #terminated = false;
  #left = false;
  #wake: (() => void) | undefined;

  /** @param uid whose operation it is: one that gets the name later has nothing to do with it. */
  constructor(
    private readonly name: string,
    private readonly uid: string,
    private readonly host: ClusterHost,
    private readonly store: ApplicationStore,
    private readonly planner: OperationPlanner,
    private readonly windows: SyncWindows,
  ) {
    this.#performer = new OperationPerformer(host.client);
  }

  get isTerminated(): boolean {
    return this.#terminated;
  }

  /** Stops: no further step is begun, running hooks are deleted. */
  terminate(): void {
    this.#terminated = true;
    this.#wake?.();
  }

  /** Stops without a trace, because the server does. */
  leave(): void {
    this.#left = true;
    this.#wake?.();
  }

  /** Waits for the next attempt; false when that was cut short. */
  async pause(delayMs: number): Promise<boolean> {
    if (this.#terminated || this.#left) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return !this.#terminated && !this.#left;
  }

  async run(state: OperationState): Promise<OperationOutcome> {
    if (this.#left) return { type: 'left' };
    this.#state = state;
    if (!(await this.#untilWindowsAllow(state)))
      return this.#left ? { type: 'left' } : this.#ended('Failed', 'Operation terminated', false);
    let prepared: PlannedOperation;
    try {
      prepared = await this.#prepare(state);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return this.#ended('Error', error.message, true);
    }
    return this.#steps(prepared.plan, prepared.options);
  }

  /** Waits while a sync window refuses; false when that was cut short. */
  async #untilWindowsAllow({ operation, startedAt }: OperationState): Promise<boolean> {
    const isManual = operation.initiatedBy?.automated !== true;
    if (operation.sync?.dryRun === true) return true;
    for (;;) {
      const verdict = this.windows.verdict(this.store.need(this.name), startedAt);
      if (isManual ? verdict.allowsPeople : verdict.allowsAutomation) return true;
      await this.#save(this.#results, `Sync operation ${windowRefusal(verdict)}`);
      const changeInMs = (verdict.changesAtMs ?? Infinity) - Date.now();
      if (!(await this.pause(Math.min(Math.max(changeInMs, 1_000), WINDOW_CHECK_MS)))) return false;
    }
  }

  async #steps(plan: SyncPlan, options: PerformOptions): Promise<OperationOutcome> {
    const dryRun = this.#current.operation.sync?.dryRun === true;
    for (let step = 0; step < MAX_STEPS; step++) {
      if (this.#left) return { type: 'left' };
      if (this.#terminated) return this.#stopHooks(plan, options);
      const progress = { results: this.#results, validated: this.#current.syncResult?.validated === true };
      const { results, decision } = stepSync({ plan, progress, live: (key) => this.#live(plan, key) });
      switch (decision.type) {
        case 'validate': {
          const refused = await this.#performer.validate(decision.tasks, options);
          if (dryRun) return this.#endDryRun(plan, refused);
          if (refused.length > 0) {
            await this.#save(refused, 'one or more objects failed to apply (dry run)');
            const reasons = refused.map((result) => `${result.kind}/${result.name}: ${result.message ?? ''}`);
            return this.#ended(
              'Failed',
              `one or more objects failed to apply (dry run), reason: ${reasons.join('; ')}`,
              true,
            );
          }
          await this.#save(results, 'one or more tasks are running', true);
          break;
        }
        case 'act':
          await this.#save(results, decision.message);
          await this.#act(decision.batches, decision.message, options);
          break;
        case 'wait': {
          const changed = this.#nextChange(decision.on);
          await this.#save(results, decision.message);
          await changed;
          break;
        }
        case 'done':
          for (const action of decision.cleanup) await this.#performer.perform(action, options);
          await this.#save(results, decision.message);
          return this.#ended(decision.phase, decision.message, true);
      }
    }
    return this.#ended(
      'Error',
      `The sync made ${MAX_STEPS} steps without an end. Please report this.`,
      false,
    );
  }

  get #current(): OperationState {
    if (!this.#state) throw new Error('The operation has not begun.');
    return this.#state;
  }

  get #results(): readonly ResourceResult[] {
    return this.#current.syncResult?.resources ?? [];
  }

  async #act(
    batches: readonly (readonly SyncAction[])[],
    message: string,
    options: PerformOptions,
  ): Promise<void> {
    for (const batch of batches) {
      const made = await Promise.all(batch.map((action) => this.#performer.perform(action, options)));
      const results = new Map(this.#results.map((result) => [resultKey(result), result]));
      for (const result of made) if (result) results.set(resultKey(result), result);
      await this.#save([...results.values()], message);
      if (this.#left || this.#terminated || made.some((result) => result?.status === 'SyncFailed')) return;
    }
  }

  /** Stores where the operation is; durable when it resolves. */
  async #save(results: readonly ResourceResult[], message: string, validated?: boolean): Promise<void> {
    const before = this.#current;
    const result = before.syncResult ?? { revision: '' };
    this.#state = {
      ...before,
      message,
      syncResult: { ...result, resources: [...results], ...(validated === true && { validated }) },
    };
    const state = this.#state;
    // a stop that was asked for meanwhile must not be overwritten
    await this.store.update(
      this.name,
      ({ status }) => ({
        status: {
          operationState: {
            ...state,
            phase: status?.operationState?.phase === 'Terminating' ? 'Terminating' : state.phase,
          },
        },
      }),
      this.uid,
    );
  }

  #nextChange(keys: readonly string[]): Promise<void> {
    return new Promise<void>((resolve) => {
      const stops: (() => void)[] = [];
      const wake = (): void => {
        for (const stop of stops.splice(0)) stop();
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      for (const key of keys) stops.push(this.host.index.onObjectChange(key, wake));
      if (this.#left || this.#terminated) wake();
    });
  }

  #live(plan: SyncPlan, key: string): KubeObject | undefined {
    const task =
      plan.tasks.find((each) => each.object === key) ?? plan.failTasks.find((each) => each.object === key);
    if (!task) return undefined;
    return this.host.client.getNow({
      group: task.group,
      version: task.version,
      kind: task.kind,
      namespace: task.namespace || undefined,
      name: task.name,
    });
  }

  async #stopHooks(plan: SyncPlan, options: PerformOptions): Promise<OperationOutcome> {
    const running = new Set(this.#results.filter((result) => result.hookPhase === 'Running').map(resultKey));
    for (const task of [...plan.tasks, ...plan.failTasks]) {
      if (task.hookType && running.has(task.key))
        await this.#performer.perform({ type: 'delete-hook', task }, options);
    }
    const results = this.#results.map((result) =>
      result.hookPhase === 'Running'
        ? { ...result, hookPhase: 'Failed' as const, message: 'Operation terminated' }
        : result,
    );
    await this.#save(results, 'Operation terminated');
    return this.#ended('Failed', 'Operation terminated', false);
  }

  #endDryRun(plan: SyncPlan, refused: readonly ResourceResult[]): OperationOutcome {
    const failed = new Map(refused.map((result) => [resultKey(result), result]));
    const resources = plan.tasks.map(
      (task): ResourceResult =>
        failed.get(task.key) ?? {
          group: task.group,
          version: task.version,
          kind: task.kind,
          namespace: task.namespace,
          name: task.name,
          syncPhase: task.phase,
          status: task.target ? 'Synced' : 'Pruned',
          message: `${task.target ? (task.live ? 'would be configured' : 'would be created') : 'would be pruned'} (dry run)`,
        },
    );
    const result = this.#current.syncResult ?? { revision: '' };
    this.#state = { ...this.#current, syncResult: { ...result, resources } };
    return refused.length > 0
      ? this.#ended('Failed', 'one or more objects failed to apply (dry run)', false)
      : this.#ended('Succeeded', 'successfully synced (dry run)', false);
  }

  #ended(phase: 'Succeeded' | 'Failed' | 'Error', message: string, retryable: boolean): OperationOutcome {
    return { type: 'ended', phase, message, retryable, state: this.#current };
  }

  /** What the operation rests on is stored first, so that a continued one uses the same. */
  async #prepare(state: OperationState): Promise<PlannedOperation> {
    const application = this.store.need(this.name);
    if (state.syncResult?.manifestDigest === undefined) {
      this.#state = { ...state, syncResult: await this.planner.basisOf(application, state) };
      await this.#save([], 'waiting to start');
    }
    return this.planner.plan(application, this.#current);
  }
}
