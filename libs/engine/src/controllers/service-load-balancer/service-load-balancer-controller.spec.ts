import { expect, it } from 'vitest';
import { Services } from '../../clients/resource-type.js';
import type { Service } from '../../types/index.js';
import { appsCluster } from '../testing/apps-cluster.js';

const service = (name: string, type: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
});

it('gives each load balancer an address of its own and takes it back', () => {
  const cluster = appsCluster();
  cluster.client.create(Services, service('a', 'LoadBalancer'));
  cluster.client.create(Services, service('b', 'LoadBalancer'));
  cluster.client.create(Services, service('c', 'ClusterIP'));
  cluster.settle();
  const ip = (name: string) =>
    cluster.client.get(Services, 'default', name).status?.loadBalancer?.ingress?.[0]?.ip;
  expect([ip('a'), ip('b'), ip('c')]).toEqual(['172.19.0.1', '172.19.0.2', undefined]);
  const first = cluster.client.get(Services, 'default', 'a');
  const { externalTrafficPolicy: _, allocateLoadBalancerNodePorts: __, ...spec } = first.spec ?? {};
  cluster.client.update(Services, { ...first, spec: { ...spec, type: 'ClusterIP' } });
  cluster.settle();
  expect(ip('a')).toBeUndefined();
  expect(cluster.errors).toEqual([]);
});
