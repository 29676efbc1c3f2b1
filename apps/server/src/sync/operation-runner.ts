import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  isSuperseded,
  retryDelayMs,
  type Application,
  type OperationPhase,
  type OperationState,
} from '@lotse/gitops';
import { Counter } from 'prom-client';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ApplicationStore } from '../applications/application-store.js';
import { HistoryService } from '../history/history.service.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { SyncWindows } from './sync-windows.js';
import { OperationPlanner } from './operation-planner.js';
import { OperationRun, type OperationOutcome } from './operation-run.js';

/** How an operation can end. */
const ENDS = ['Succeeded', 'Failed', 'Error'] as const satisfies readonly OperationPhase[];
/** A message longer than this helps nobody, and must not keep the state of an operation from being stored. */
const MAX_MESSAGE_LENGTH = 8_192;
/** An operation whose end can't be stored is tried again after this, twice as long every further time, up to a limit. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** An operation that runs. */
interface Entry {
  run: OperationRun | undefined;
  ended: Promise<void>;
  /** Between two attempts. */
  isPausing: boolean;
  isGivenUp: boolean;
}

/** What the sources of an application are now. */
interface Seen {
  readonly revision: string;
  readonly revisions?: readonly string[] | undefined;
}

/**
 * Runs the operations of applications, one at a time for each. Every step is stored in the application before the next
 * one begins, so an operation that a crash cut off goes on where it was.
 */
@Injectable()
export class OperationRunner implements OnModuleDestroy {
  readonly #running = new Map<string, Entry>();
  readonly #finished = new Set<(name: string) => void>();
  /** Applications that are left alone for a while, and how long the last pause was. */
  readonly #pauses = new Map<string, { readonly ms: number; timer: NodeJS.Timeout | undefined }>();
  readonly #logger: Logger;
  readonly #syncs: Counter<'name' | 'phase'>;
  #stopping = false;

  constructor(
    private readonly host: ClusterHost,
    private readonly store: ApplicationStore,
    private readonly planner: OperationPlanner,
    private readonly history: HistoryService,
    private readonly windows: SyncWindows,
    counters: Counters,
    logger: Logger,
  ) {
    this.#logger = logger.child('sync');
    this.#syncs = new Counter({
      name: 'argocd_app_sync_total',
      help: 'Finished syncs of applications, by how they ended.',
      labelNames: ['name', 'phase'],
      registers: [counters.registry],
    });
  }

  /** Starts, continues or stops what the application says; nothing when all is well. Does not wait. */
  attend(application: Application): void {
    const name = application.metadata.name ?? '';
    const state = application.status?.operationState;
    const active = this.#running.get(name);
    if (active) {
      if (state?.phase === 'Terminating') active.run?.terminate();
      return;
    }
    if (this.#stopping || this.#pauses.get(name)?.timer) return;
    const unfinished = state?.phase === 'Running' || state?.phase === 'Terminating';
    if (!unfinished && !application.operation) return;
    const entry: Entry = { run: undefined, ended: Promise.resolve(), isPausing: false, isGivenUp: false };
    this.#running.set(name, entry);
    entry.ended = this.#drive(name, entry).finally(() => {
      this.#running.delete(name);
      for (const listener of this.#finished) listener(name);
    });
  }

  /** Lets go of all that is kept about an application that is no more. */
  forget(name: string): void {
    clearTimeout(this.#pauses.get(name)?.timer);
    this.#pauses.delete(name);
    for (const phase of ENDS) this.#syncs.remove({ name, phase });
  }

  /** Stops what runs for an application; false when nothing does. */
  stop(name: string): boolean {
    const active = this.#running.get(name);
    active?.run?.terminate();
    return active !== undefined;
  }

  /** Gives up an automated operation that waits for another attempt at what is no longer wanted; its end leads to the next. */
  reconsider(application: Application, { revision, revisions }: Seen): void {
    const entry = this.#running.get(application.metadata.name ?? '');
    if (!entry?.isPausing || !isSuperseded(application, revision, revisions)) return;
    entry.isGivenUp = true;
    entry.run?.terminate();
  }

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  /** Told when an operation ended. */
  onFinished(listener: (name: string) => void): () => void {
    this.#finished.add(listener);
    return () => this.#finished.delete(listener);
  }

  /** Leaves operations where they are: the next start continues them. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    for (const { timer } of this.#pauses.values()) clearTimeout(timer);
    for (const { run } of this.#running.values()) run?.leave();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #drive(name: string, entry: Entry): Promise<void> {
    const uid = this.store.get(name)?.metadata.uid ?? '';
    try {
      for (;;) {
        const application = this.store.get(name);
        if (application?.metadata.uid !== uid) return;
        const state = await this.#begin(application);
        if (!state) return;
        const run = new OperationRun(name, uid, this.host, this.store, this.planner, this.windows);
        entry.run = run;
        // the server began to stop while the state was stored
        if (this.#stopping) run.leave();
        if (state.phase === 'Terminating') run.terminate();
        const outcome = await run.run(state);
        if (outcome.type === 'left') return;
        const again = await this.#end(name, uid, outcome);
        if (!again || this.#stopping) return;
        entry.isPausing = true;
        const goesOn = await run.pause(again.delayMs);
        entry.isPausing = false;
        if (goesOn) continue;
        if (!run.isTerminated) return;
        const message = entry.isGivenUp
          ? `${shortened(outcome.message).replace(/\.$/, '')}. Not tried again: the application has changed since`
          : 'Operation terminated';
        await this.#finish(name, uid, { ...outcome, phase: 'Failed', message });
        return;
      }
    } catch (error) {
      this.#logger.error('An operation ended unexpectedly', { application: name, error });
      await this.#storeError(name, uid, messageOf(error));
    }
  }

  /** What was reached goes too when the state can't be stored with it; when nothing can be stored, it is left alone for a while. */
  async #storeError(name: string, uid: string, message: string): Promise<void> {
    const ended = { phase: 'Error' as const, message, finishedAt: new Date().toISOString() };
    for (const isWhole of [true, false]) {
      try {
        await this.store.update(
          name,
          ({ status }) => {
            if (!status?.operationState) return { operation: null };
            const { syncResult, ...state } = status.operationState;
            const operationState = { ...state, ...ended, ...(isWhole && syncResult && { syncResult }) };
            return { operation: null, status: { operationState } };
          },
          uid,
        );
        this.#pauses.delete(name);
        return;
      } catch (error) {
        if (!isWhole) this.#pause(name, error);
      }
    }
  }

  #pause(name: string, error: unknown): void {
    const before = this.#pauses.get(name);
    const ms = Math.min(before ? before.ms * 2 : FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    this.#logger.error('The end of an operation could not be stored; it is tried again later', {
      application: name,
      pauseMs: ms,
      error,
    });
    if (this.#stopping) return;
    const timer = setTimeout(() => {
      this.#pauses.set(name, { ms, timer: undefined });
      for (const listener of this.#finished) listener(name);
    }, ms);
    timer.unref();
    this.#pauses.set(name, { ms, timer });
  }

  /** The state to run: the stored one when it isn't finished, else a new one that is stored first. */
  async #begin(application: Application): Promise<OperationState | undefined> {
    const { operation, status } = application;
    const stored = status?.operationState;
    if (stored && (stored.phase === 'Running' || stored.phase === 'Terminating')) return stored;
    if (!operation) return undefined;
    const state: OperationState = {
      operation,
      phase: 'Running',
      message: 'waiting to start',
      startedAt: new Date().toISOString(),
    };
    const manual =
      operation.initiatedBy?.automated !== true &&
      operation.sync?.rollbackTo === undefined &&
      operation.sync?.dryRun !== true;
    await this.store.update(application.metadata.name ?? '', ({ status: before }) => ({
      // a person who syncs to Git again has let go of the revision from the history
      status: {
        operationState: state,
        ...(manual && before?.rollbackHold && !operation.sync?.resources && { rollbackHold: undefined }),
      },
    }));
    return state;
  }

  /** Stores how an attempt ended; answers when there is another one. */
  async #end(
    name: string,
    uid: string,
    outcome: Exclude<OperationOutcome, { type: 'left' }>,
  ): Promise<{ delayMs: number } | undefined> {
    const { state } = outcome;
    const retryCount = state.retryCount ?? 0;
    const delayMs =
      outcome.phase === 'Failed' && outcome.retryable
        ? retryDelayMs(state.operation.retry, retryCount)
        : undefined;
    if (delayMs === undefined) {
      await this.#finish(name, uid, outcome);
      return undefined;
    }
    const at = new Date(Date.now() + delayMs).toISOString();
    const { resources: _, validated: __, ...result } = state.syncResult ?? { revision: '' };
    await this.store.update(
      name,
      () => ({
        status: {
          operationState: {
            ...state,
            phase: 'Running',
            retryCount: retryCount + 1,
            message: `${shortened(outcome.message).replace(/\.$/, '')}. Retrying attempt #${retryCount + 1} at ${at}.`,
            syncResult: result,
          },
        },
      }),
      uid,
    );
    return { delayMs };
  }

  async #finish(
    name: string,
    uid: string,
    outcome: Exclude<OperationOutcome, { type: 'left' }>,
  ): Promise<void> {
    const finished: OperationState = {
      ...outcome.state,
      phase: outcome.phase,
      message: shortened(outcome.message),
      finishedAt: new Date().toISOString(),
    };
    const application = this.store.get(name);
    if (application?.metadata.uid !== uid) return;
    this.#syncs.inc({ name, phase: outcome.phase });
    const history = await this.history.record(application, finished);
    await this.store.update(
      name,
      () => ({ operation: null, status: { operationState: finished, ...(history && { history }) } }),
      uid,
    );
    this.#logger.info('An operation finished', {
      application: name,
      phase: outcome.phase,
      revision: finished.syncResult?.revision,
    });
  }
}

function messageOf(error: unknown): string {
  return shortened(error instanceof Error ? error.message : String(error));
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}
