import { expect, it } from 'vitest';
import { DaemonSets, Nodes, Pods } from '../../clients/resource-type.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

it('forgets how often a pod failed on a node once it has been well for long', () => {
  let fate: 'failed' | 'ready' = 'failed';
  const cluster = appsCluster(() => fate);
  const { client } = cluster;
  const lastHeartbeatTime = '2130-01-01T00:00:00Z';
  client.create(Nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'a' },
    status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime }] },
  });
  let made = 0;
  client.lister(Pods).watch((type) => {
    if (type === 'ADDED') made++;
  });
  client.create(DaemonSets, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
  });
  cluster.advance('2m');
  const firstMinutes = made;
  expect(firstMinutes).toBeGreaterThan(4);
  fate = 'ready';
  cluster.advance('3h');
  const [pod] = podsOf(cluster);
  expect(pod?.status?.phase).toBe('Running');
  made = 0;
  fate = 'failed';
  if (pod) client.updateStatus(Pods, { ...pod, status: { ...pod.status, phase: 'Failed' } });
  cluster.advance('2m');
  expect(made).toBeGreaterThanOrEqual(firstMinutes - 1);
});
