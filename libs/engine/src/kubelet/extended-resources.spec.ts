import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Nodes, Pods } from '../clients/resource-type.js';

const DONGLE = 'example.com/dongle';

it('offers resources that somebody adds to a node, and keeps them over its reports', () => {
  const cluster = createCluster({ nodes: 1 });
  const { client } = cluster;
  cluster.advance('5s');
  const node = client.get(Nodes, undefined, 'node-1');
  const capacity = { ...node.status?.capacity, [DONGLE]: '4' };
  client.updateStatus(Nodes, { ...node, status: { ...node.status, capacity } });
  cluster.advance('30s');
  expect(client.get(Nodes, undefined, 'node-1').status?.allocatable).toMatchObject({
    cpu: '4',
    [DONGLE]: '4',
  });
  for (const [name, image] of [
    ['first', 'nginx:1.29'],
    ['second', 'httpd:2.4'],
  ] as const) {
    client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'main', image, resources: { limits: { [DONGLE]: '3' } } }] },
    });
    // A new image on a node is news that it reports.
    cluster.advance('10m');
  }
  expect(client.get(Nodes, undefined, 'node-1').status?.capacity).toMatchObject({ [DONGLE]: '4' });
  expect(client.get(Pods, 'default', 'first').status?.phase).toBe('Running');
  const { status } = client.get(Pods, 'default', 'second');
  expect(status?.phase).toBe('Pending');
  expect(status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message).toContain(
    `1 Insufficient ${DONGLE}`,
  );
});

it('lets go of them when they are taken away', () => {
  const cluster = createCluster({ nodes: 1 });
  const { client } = cluster;
  cluster.advance('5s');
  const before = client.get(Nodes, undefined, 'node-1');
  const added = { ...before.status?.capacity, [DONGLE]: '4' };
  client.updateStatus(Nodes, {
    ...before,
    status: { ...before.status, capacity: added, allocatable: added },
  });
  cluster.advance('30s');
  const node = client.get(Nodes, undefined, 'node-1');
  const { [DONGLE]: _, ...rest } = node.status?.capacity ?? {};
  client.updateStatus(Nodes, { ...node, status: { ...node.status, capacity: rest, allocatable: rest } });
  cluster.advance('10m');
  expect(Object.keys(client.get(Nodes, undefined, 'node-1').status?.allocatable ?? {})).not.toContain(DONGLE);
});
