import { expect, it } from 'vitest';
import { EndpointSlices, Namespaces, Services } from '../../clients/resource-type.js';
import { appsCluster } from '../testing/apps-cluster.js';

it('makes no slices for a service whose namespace is going, and reports no failure', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', finalizers: ['example.com/wait'] },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  client.delete(Namespaces, undefined, 'shop');
  cluster.advance('30s');
  expect(client.lister(EndpointSlices).list('shop')).toEqual([]);
  expect(cluster.errors).toEqual([]);
});
