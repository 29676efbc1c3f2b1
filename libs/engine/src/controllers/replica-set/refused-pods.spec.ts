import { expect, it } from 'vitest';
import {
  DaemonSets,
  Events,
  Jobs,
  Pods,
  ReplicaSets,
  ResourceQuotas,
  StatefulSets,
} from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';

function withoutRoom(onError: () => void): Cluster {
  const cluster = createCluster({ nodes: 1, onError });
  cluster.client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'none', namespace: 'default' },
    spec: { hard: { pods: '0' } },
  });
  return cluster;
}

it('backs off when its pods are refused', () => {
  const failed: string[] = [];
  const cluster = withoutRoom(() => failed.push('a controller'));
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
  expect(failed).toEqual([]);
});

it('makes an event of a refused pod, whoever wants it, and is no failure of a controller', () => {
  const failed: string[] = [];
  const cluster = withoutRoom(() => failed.push('a controller'));
  const metadata = { name: 'web', namespace: 'default' };
  const selector = { matchLabels: { app: 'web' } };
  const spec = { containers: [{ name: 'a', image: 'a' }] };
  const template = { metadata: { labels: { app: 'web' } }, spec };
  const apps = { apiVersion: 'apps/v1', metadata } as const;
  cluster.client.create(ReplicaSets, { ...apps, kind: 'ReplicaSet', spec: { selector, template } });
  cluster.client.create(StatefulSets, {
    ...apps,
    kind: 'StatefulSet',
    spec: { selector, template, serviceName: 'web' },
  });
  cluster.client.create(DaemonSets, {
    ...apps,
    kind: 'DaemonSet',
    metadata: { ...metadata, name: 'agent' },
    spec: { selector, template },
  });
  cluster.client.create(Jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } },
  });
  cluster.advance('10s');
  const refused = cluster.client.lister(Events).list('default');
  const told = refused.filter(({ reason }) => reason === 'FailedCreate');
  expect(new Set(told.map(({ involvedObject }) => involvedObject.kind))).toEqual(
    new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']),
  );
  expect(told.every(({ message }) => message?.includes('exceeded quota: none'))).toBe(true);
  expect(failed).toEqual([]);
});
