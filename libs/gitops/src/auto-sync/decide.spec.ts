import { describe, expect, it } from 'vitest';
import type { Application, ApplicationStatus, SyncPolicy } from '../application/types.js';
import { decideAutoSync } from './decide.js';

const source = { repoURL: 'https://x/y', path: 'a' };
const at = '2026-01-01T00:00:00Z';
const app = (automated: SyncPolicy['automated'], status: Partial<ApplicationStatus> = {}): Application => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'x' },
  spec: {
    project: 'default',
    destination: { server: 's' },
    source,
    ...(automated && { syncPolicy: { automated } }),
  },
  status: { sync: { status: 'OutOfSync', revision: 'r1' }, ...status },
});
const done = (
  phase: 'Succeeded' | 'Failed',
  revision = 'r1',
  attempts?: number,
): Partial<ApplicationStatus> => ({
  operationState: {
    operation: {
      sync: { revision, source, ...(attempts !== undefined && { autoHealAttemptsCount: attempts }) },
    },
    phase,
    startedAt: at,
    finishedAt: at,
    syncResult: { revision, source },
  },
});
const changed = { version: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'n', status: 'OutOfSync' as const };
const extra = { ...changed, name: 'b', requiresPruning: true };
const decide = (application: Application, resources = [changed]) =>
  decideAutoSync({ application, revision: 'r1', resources, nowMs: Date.parse(at) });

describe('automation', () => {
  it.each<[string, Application, (typeof changed)[], string]>([
    ['syncs a new revision', app({}), [changed], 'sync'],
    ['is off without a policy', app(undefined), [changed], 'none'],
    ['is off when disabled', app({ enabled: false }), [changed], 'none'],
    [
      'waits for a running operation',
      app({}, { operationState: { operation: {}, phase: 'Running', startedAt: at } }),
      [changed],
      'none',
    ],
    ['leaves a synced application alone', app({}, { sync: { status: 'Synced' } }), [changed], 'none'],
    [
      'holds after a rollback',
      app({ selfHeal: true }, { rollbackHold: { historyId: 1, revision: 'r0', since: at, by: 'a' } }),
      [changed],
      'none',
    ],
    ['does not prune unless told', app({}), [extra], 'none'],
    ['prunes when told', app({ prune: true }), [changed, extra], 'sync'],
    ['never wipes everything', app({ prune: true }), [extra], 'none'],
    ['wipes everything when allowed', app({ prune: true, allowEmpty: true }), [extra], 'sync'],
    ['does not repeat a failure', app({ selfHeal: true }, done('Failed')), [changed], 'none'],
    ['does not repair drift without self-healing', app({}, done('Succeeded')), [changed], 'none'],
    ['repairs drift with self-healing', app({ selfHeal: true }, done('Succeeded')), [changed], 'sync'],
    [
      'backs off when it heals again and again',
      app({ selfHeal: true }, done('Succeeded', 'r1', 2)),
      [changed],
      'later',
    ],
    ['tries a new revision after a failure', app({}, done('Failed', 'r0')), [changed], 'sync'],
  ])('%s', (_, application, resources, expected) => {
    expect(decide(application, resources).type).toBe(expected);
  });

  it('heals only what differs', () => {
    const decision = decide(app({ selfHeal: true }, done('Succeeded')));
    expect(decision.type === 'sync' && decision.operation.sync?.resources).toEqual([
      { group: '', kind: 'ConfigMap', name: 'a', namespace: 'n' },
    ]);
  });

  it('delivers a base that moved as a whole, with self-healing only, even after a failure', () => {
    const inputs = [{ repoURL: 'https://example.org/base', revision: 'main', commit: 'b2' }];
    const moved = (application: Application) =>
      decideAutoSync({ application, revision: 'r1', inputs, resources: [changed], nowMs: Date.parse(at) });
    for (const phase of ['Succeeded', 'Failed'] as const) {
      const decision = moved(app({ selfHeal: true }, done(phase)));
      expect(decision.type === 'sync' && decision.operation.sync).not.toHaveProperty('resources');
      expect(decision.type).toBe('sync');
      expect(moved(app({}, done(phase))).type).toBe('none');
    }
  });
});
