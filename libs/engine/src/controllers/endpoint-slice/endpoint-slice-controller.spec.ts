import { expect, it } from 'vitest';
import { EndpointSlices, Endpoints, Pods, Services } from '../../clients/resource-type.js';
import { appsCluster, template } from '../testing/apps-cluster.js';

it.each([
  ['with its time', {}],
  ['at once', { gracePeriodSeconds: 0 }],
])('forgets the address of a pod that was deleted %s', (_, options) => {
  const cluster = appsCluster();
  cluster.client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: template('web').spec ?? { containers: [] },
  });
  cluster.advance('5s');
  const addresses = () => ({
    slices: cluster.client
      .lister(EndpointSlices)
      .list('default')
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
      .flatMap(({ endpoints }) => (endpoints ?? []).flatMap((endpoint) => endpoint.addresses)),
    endpoints: (cluster.client.get(Endpoints, 'default', 'web').subsets ?? []).flatMap((subset) =>
      (subset.addresses ?? []).map(({ ip }) => ip),
    ),
  });
  expect(addresses()).toEqual({ slices: ['10.0.0.1'], endpoints: ['10.0.0.1'] });
  cluster.client.delete(Pods, 'default', 'web', options);
  cluster.advance('5s');
  expect(addresses()).toEqual({ slices: [], endpoints: [] });
  expect(cluster.errors).toEqual([]);
});
