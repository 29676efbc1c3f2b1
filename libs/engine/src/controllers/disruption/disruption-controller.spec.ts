import { expect, it } from 'vitest';
import { Events, Jobs, PodDisruptionBudgets } from '../../clients/resource-type.js';
import { appsCluster, template } from '../testing/apps-cluster.js';

it('allows nothing while it cannot ask how many pods there should be, and says so', () => {
  const cluster = appsCluster(() => 'running');
  const { client } = cluster;
  client.create(PodDisruptionBudgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 },
  });
  cluster.settle();
  const reasons = () =>
    client
      .lister(Events)
      .list('default')
      .map(({ reason }) => reason);
  expect(reasons()).toContain('NoPods');
  client.create(Jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default' },
    spec: { template: template('web', 'task:1', { restartPolicy: 'Never' }) },
  });
  cluster.settle();
  const { status } = client.get(PodDisruptionBudgets, 'default', 'web');
  expect(status?.disruptionsAllowed).toBe(0);
  expect(status?.conditions).toMatchObject([
    { reason: 'SyncFailed', message: 'jobs.batch does not implement the scale subresource' },
  ]);
  expect(reasons()).toContain('CalculateExpectedPodCountFailed');
});
