import { expect, it } from 'vitest';
import { Nodes, Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import { podGarbageCollector } from './pod-gc-controller.js';

it('removes pods bound to a node that never existed, after a while in which it may still come', () => {
  const cluster = createCluster({ controllers: [podGarbageCollector] });
  const { client } = cluster;
  const place = (name: string, nodeName: string) =>
    client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { nodeName, containers: [{ name: 'main', image: 'a' }] },
    });
  const names = () =>
    client
      .lister(Pods)
      .list()
      .map(({ metadata }) => metadata.name);
  place('lost', 'nowhere');
  place('early', 'late-node');
  cluster.advance('30s');
  client.create(Nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'late-node' } });
  expect(names()).toEqual(['lost', 'early']);
  cluster.advance('31s');
  expect(names()).toEqual(['early']);
  client.delete(Nodes, undefined, 'late-node');
  cluster.advance('61s');
  expect(names()).toEqual([]);
});
