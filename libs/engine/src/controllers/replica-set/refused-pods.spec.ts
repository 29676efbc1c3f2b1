import { expect, it } from 'vitest';
import { Pods, ReplicaSets, ResourceQuotas } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

it('backs off when its pods are refused', () => {
  const cluster = createCluster();
  cluster.client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'none', namespace: 'default' },
    spec: { hard: { pods: '0' } },
  });
  cluster.client.create(ReplicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    },
  });
  const before = cluster.store.revision;
  cluster.advance('1m');
  expect(cluster.store.revision - before).toBeLessThan(50);
  expect([...cluster.client.lister(Pods).list()]).toEqual([]);
  expect(cluster.client.get(ReplicaSets, 'default', 'web').status?.conditions).toMatchObject([
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' },
  ]);
});
