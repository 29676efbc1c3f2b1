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

it('counts the templates a set has had, in an annotation of the set and a label of its pods', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(Nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } });
  const set = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', image) },
  });
  const counts = () => [
    client.get(DaemonSets, 'default', 'agent').metadata.annotations?.[
      'deprecated.daemonset.template.generation'
    ],
    podsOf(cluster)[0]?.metadata.labels?.['pod-template-generation'],
  ];
  client.create(DaemonSets, set('agent:1'));
  cluster.settle();
  expect(counts()).toEqual(['1', '1']);
  client.update(DaemonSets, {
    ...set('agent:1'),
    metadata: { ...set('agent:1').metadata, labels: { a: 'b' } },
  });
  client.update(DaemonSets, set('agent:2'));
  cluster.advance('1m');
  expect(counts()).toEqual(['2', '2']);
});
