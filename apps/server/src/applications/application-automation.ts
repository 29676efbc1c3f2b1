import { Injectable } from '@nestjs/common';
import { decideAutoSync, mergeConditions, type Application } from '@lotse/gitops';
import { Logger } from '../logging/logger.js';
import { OperationRunner } from '../sync/operation-runner.js';
import { SyncWindows, windowRefusal } from '../sync/sync-windows.js';
import { ApplicationStore } from './application-store.js';
import type { ResolvedSource } from './source-resolver.js';

/** Timers don't reach further than some days, and a clock may be set. */
const WINDOW_CHECK_MS = 3_600_000;

/** Starts what automation decides. */
@Injectable()
export class ApplicationAutomation {
  readonly #logger: Logger;

  constructor(
    private readonly store: ApplicationStore,
    private readonly runner: OperationRunner,
    private readonly windows: SyncWindows,
    logger: Logger,
  ) {
    this.#logger = logger.child('applications');
  }

  /** Does what is to be done for what an application's sources are now. Answers after how long to look again. */
  async proceed(name: string, { revision, revisions, inputs }: ResolvedSource): Promise<readonly number[]> {
    const application = this.store.get(name);
    if (application) this.runner.reconsider(application, { revision, revisions });
    if (!application || this.runner.isRunning(name)) return [];
    const { allowsAutomation, changesAtMs } = this.windows.verdict(application);
    const delays =
      changesAtMs === undefined ? [] : [Math.min(Math.max(changesAtMs - Date.now(), 1_000), WINDOW_CHECK_MS)];
    const decision = decideAutoSync({
      application,
      revision,
      revisions,
      inputs,
      resources: application.status?.resources ?? [],
      nowMs: Date.now(),
      windowsAllow: allowsAutomation,
    });
    switch (decision.type) {
      case 'none':
        if (decision.error !== undefined) await this.#complain(name, decision.error);
        return delays;
      case 'later':
        return [...delays, decision.delayMs];
      case 'sync':
        this.#logger.info('An application is synced automatically', { application: name, revision });
        await this.store.update(name, () => ({ operation: decision.operation }));
        return delays;
    }
  }

  /** What automation would do and a sync window doesn't allow yet. */
  waitsFor(application: Application): string | undefined {
    const automated = application.spec.syncPolicy?.automated;
    if (!automated || automated.enabled === false) return undefined;
    const verdict = this.windows.verdict(application);
    return verdict.allowsAutomation ? undefined : `Automatic sync is ${windowRefusal(verdict)}`;
  }

  async #complain(name: string, message: string): Promise<void> {
    await this.store.update(name, ({ status }) => ({
      status: {
        conditions: mergeConditions(
          status?.conditions ?? [],
          [{ type: 'SyncError', message }],
          new Set(['SyncError']),
          new Date().toISOString(),
        ),
      },
    }));
  }
}
