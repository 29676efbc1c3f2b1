import { expect, it } from 'vitest';
import { Endpoints, EndpointSlices, Services } from '../../clients/resource-type.js';
import { appsCluster } from '../testing/apps-cluster.js';

const mirrored = (): { cluster: ReturnType<typeof appsCluster>; shown: () => string[] } => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'outside', namespace: 'default' },
    spec: { ports: [{ name: 'http', port: 80 }] },
  });
  client.create(Endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'outside', namespace: 'default' },
    subsets: [
      {
        addresses: [{ ip: '10.1.2.3' }],
        notReadyAddresses: [{ ip: '10.1.2.4' }],
        ports: [{ name: 'http', port: 80 }],
      },
    ],
  });
  cluster.advance('1s');
  const shown = (): string[] =>
    client
      .lister(EndpointSlices)
      .list('default')
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'outside')
      .flatMap(({ endpoints, ports }) =>
        (endpoints ?? []).map(
          ({ addresses, conditions }) => `${addresses[0]}:${ports?.[0]?.port} ${conditions?.ready}`,
        ),
      );
  return { cluster, shown };
};

it('shows Endpoints of a service without selector as slices, as long as they are there', () => {
  const { cluster, shown } = mirrored();
  expect(shown()).toEqual(['10.1.2.3:80 true', '10.1.2.4:80 false']);
  cluster.client.patch(Endpoints, 'default', 'outside', 'merge', {
    subsets: [{ addresses: [{ ip: '10.2.3.4' }], ports: [{ name: 'http', port: 8080 }] }],
  });
  cluster.advance('1s');
  expect(shown()).toEqual(['10.2.3.4:8080 true']);
  cluster.client.delete(Endpoints, 'default', 'outside');
  cluster.advance('1m');
  expect(shown()).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

it('leaves Endpoints alone that ask for it, and those of a service that has got a selector', () => {
  const asked = mirrored();
  asked.cluster.client.patch(Endpoints, 'default', 'outside', 'merge', {
    metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  });
  asked.cluster.advance('1s');
  expect(asked.shown()).toEqual([]);
  const selected = mirrored();
  selected.cluster.client.patch(Services, 'default', 'outside', 'merge', {
    spec: { selector: { app: 'x' } },
  });
  selected.cluster.advance('1s');
  expect(selected.shown()).toEqual([]);
});
