import { expect, it } from 'vitest';
import { EndpointSlices, Namespaces, Services, StorageClasses } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

it('puts back the service of the API, its endpoints and the namespaces of the system when they are deleted', () => {
  const cluster = createCluster();
  const { client } = cluster;
  cluster.settle();
  const before = client.get(Services, 'default', 'kubernetes');
  client.delete(Services, 'default', 'kubernetes');
  client.delete(EndpointSlices, 'default', 'kubernetes');
  client.delete(Namespaces, undefined, 'kube-node-lease');
  client.delete(StorageClasses, undefined, 'standard');
  cluster.advance('5s');
  expect(client.lister(Services).list('default')).toEqual([]);
  cluster.advance('10s');
  const after = client.get(Services, 'default', 'kubernetes');
  expect(after.spec).toEqual(before.spec);
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  expect(client.get(EndpointSlices, 'default', 'kubernetes').endpoints).toHaveLength(1);
  expect(client.get(Namespaces, undefined, 'kube-node-lease').status?.phase).toBe('Active');
  // What is only there from the start may go.
  expect(client.lister(StorageClasses).list()).toEqual([]);
  cluster.stop();
});
