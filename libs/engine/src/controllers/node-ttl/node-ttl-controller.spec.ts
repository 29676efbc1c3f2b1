import { expect, it } from 'vitest';
import { Nodes } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import { nodeTtlController } from './node-ttl-controller.js';

it('lets kubelets keep what they have read for longer the more nodes there are', () => {
  const cluster = createCluster({ controllers: [nodeTtlController] });
  const { client } = cluster;
  const seen = () =>
    new Set(
      client
        .lister(Nodes)
        .list()
        .map(({ metadata }) => metadata.annotations?.['node.alpha.kubernetes.io/ttl']),
    );
  const grow = (from: number, to: number): void => {
    for (let index = from; index < to; index++)
      client.create(Nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: `n${index}` } });
    cluster.settle();
  };
  grow(0, 100);
  expect(seen()).toEqual(new Set(['0']));
  grow(100, 101);
  expect(seen()).toEqual(new Set(['15']));
  for (let index = 91; index < 101; index++) client.delete(Nodes, undefined, `n${index}`);
  cluster.settle();
  expect(seen()).toEqual(new Set(['15']));
  for (let index = 89; index < 91; index++) client.delete(Nodes, undefined, `n${index}`);
  cluster.settle();
  expect(seen()).toEqual(new Set(['0']));
});
