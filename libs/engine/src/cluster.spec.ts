import { expect, it } from 'vitest';
import { createCluster } from './cluster.js';
import { Endpoints, EndpointSlices, Pods } from './clients/resource-type.js';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
});

it('gives the same history for the same seed', () => {
  const history = () => {
    const cluster = createCluster({ seed: 7, controllers: [] });
    cluster.client.create(Pods, pod('a'));
    cluster.client.create(Pods, { ...pod('b'), metadata: { generateName: 'b-', namespace: 'default' } });
    return JSON.stringify(cluster.store.eventsSince(0));
  };
  expect(history()).toBe(history());
});

it('refuses a write that is based on an old version', () => {
  const { client } = createCluster({ controllers: [] });
  const created = client.create(Pods, pod('a'));
  client.update(Pods, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } });
  expect(() =>
    client.update(Pods, { ...created, metadata: { ...created.metadata, labels: { a: 'c' } } }),
  ).toThrow(/the object has been modified/);
});

it('shows where its API and the addresses of its services are', () => {
  const { client, network, store } = createCluster();
  const endpoints = client.get(Endpoints, 'default', 'kubernetes');
  const slice = client.get(EndpointSlices, 'default', 'kubernetes');
  expect(endpoints.subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(slice.endpoints?.[0]?.addresses);
  expect(endpoints.subsets?.[0]?.ports?.[0]?.port).toBe(slice.ports?.[0]?.port);
  const range = store.get('networking.k8s.io/servicecidrs', '/kubernetes');
  expect(range).toMatchObject({ spec: { cidrs: [network.serviceCidr] } });
});
