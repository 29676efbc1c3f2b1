import { ARGO_API_VERSION, type Application } from '@lotse/gitops';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApplicationChange, ApplicationStore } from '../applications/application-store.js';
import type { ClusterHost } from '../cluster/cluster-host.js';
import type { SignaturePolicy } from '../gpg-keys/signature-policy.js';
import type { HistoryService } from '../history/history.service.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { OperationPlanner } from './operation-planner.js';
import { OperationRunner } from './operation-runner.js';

const application: Application = {
  apiVersion: ARGO_API_VERSION,
  kind: 'Application',
  metadata: { name: 'web', namespace: 'argocd', uid: 'u1' },
  spec: {
    project: 'default',
    destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
    source: { repoURL: 'https://git.invalid/x', path: '.' },
  },
  operation: { sync: { revision: 'main' }, initiatedBy: { username: 'admin' } },
};

/** A store that takes what `accepts` says, and counts what was tried. */
function setup(
  accepts: (change: ApplicationChange, attempt: number) => boolean,
  resolve: () => Promise<never> = () => Promise.reject(new Error('x'.repeat(1_000_000))),
) {
  let now = application;
  const tried: ApplicationChange[] = [];
  const store = {
    get: () => now,
    need: () => now,
    update: async (_name: string, change: (application: Application) => ApplicationChange) => {
      const wanted = change(now);
      tried.push(wanted);
      if (!accepts(wanted, tried.length)) throw new Error('etcdserver: request is too large');
      const { operation: _, ...rest } = now;
      now = {
        ...rest,
        ...(wanted.operation === undefined && now.operation && { operation: now.operation }),
        status: { ...now.status, ...(wanted.status as Application['status']) },
      };
    },
  } as unknown as ApplicationStore;
  const host = { client: { kindNow: () => undefined } } as unknown as ClusterHost;
  const history = { record: () => Promise.resolve() } as unknown as HistoryService;
  const signatures = { assertSigned: () => Promise.resolve() } as unknown as SignaturePolicy;
  const runner = new OperationRunner(
    host,
    store,
    new OperationPlanner(host, { resolve } as never, {} as never, history, signatures),
    history,
    { verdict: () => ({ allowsPeople: true, allowsAutomation: true }) } as never,
    new Counters(),
    new Logger(() => undefined),
  );
  // as the reconciler does: the end of an operation leads to another look
  runner.onFinished(() => void Promise.resolve().then(() => runner.attend(now)));
  return { runner, tried, now: () => now };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an operation that ends unexpectedly', () => {
  it('is left alone for longer and longer while its end can not be stored', async () => {
    const { runner, tried } = setup(() => false);
    runner.attend(application);
    const triesWithin: number[] = [];
    for (const ms of [900, 1_000, 2_000, 4_000]) {
      await vi.advanceTimersByTimeAsync(ms);
      triesWithin.push(tried.length);
    }
    const [first = 0] = triesWithin;
    expect(first).toBeGreaterThan(0);
    expect(triesWithin.map((tries) => tries / first)).toEqual([1, 2, 3, 4]);
    await runner.onModuleDestroy();
  });

  it('has its end stored without what it reached, when that is too much', async () => {
    const { runner, tried, now } = setup(
      ({ status }) =>
        status?.operationState?.phase !== 'Error' || status.operationState.syncResult === undefined,
    );
    runner.attend({
      ...application,
      status: { operationState: { operation: {}, phase: 'Running', startedAt: '2026-01-01T00:00:00Z' } },
    } as Application);
    await vi.advanceTimersByTimeAsync(500);
    expect(now().operation).toBeUndefined();
    expect(now().status?.operationState?.phase).toBe('Error');
    const longest = Math.max(...tried.map(({ status }) => status?.operationState?.message?.length ?? 0));
    expect(longest).toBeLessThan(10_000);
    await runner.onModuleDestroy();
  });
});

describe('a server that stops', () => {
  it('leaves an operation that was just about to begin', async () => {
    let resolved = false;
    const { runner, now } = setup(
      () => true,
      () => {
        resolved = true;
        return Promise.reject(new Error('too late'));
      },
    );
    runner.attend(application);
    await runner.onModuleDestroy();
    expect(now().status?.operationState).toMatchObject({ phase: 'Running', message: 'waiting to start' });
    expect(now().operation).toBeDefined();
    expect(resolved).toBe(false);
  });
});
