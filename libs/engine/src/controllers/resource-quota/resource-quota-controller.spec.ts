import { resourceQuotaController } from './resource-quota-controller.js';
import { expect, it } from 'vitest';
import { ConfigMaps, Pods, ResourceQuotas } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

it('shows what a namespace uses, and follows it down as well as up', () => {
  const cluster = createCluster({ controllers: [resourceQuotaController] });
  const { client } = cluster;
  client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q', namespace: 'default' },
    spec: { hard: { pods: '3', 'requests.cpu': '1', 'count/configmaps': '9', 'requests.memory': '1Gi' } },
  });
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: {
      containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '250m', memory: '64Mi' } } }],
    },
  });
  client.create(ConfigMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'default' },
  });
  cluster.settle();
  const used = () => client.get(ResourceQuotas, 'default', 'q').status?.used;
  expect(used()).toEqual({
    pods: '1',
    'requests.cpu': '250m',
    'count/configmaps': '1',
    'requests.memory': '64Mi',
  });
  client.delete(Pods, 'default', 'p');
  cluster.settle();
  expect(used()).toEqual({ pods: '0', 'requests.cpu': '0', 'count/configmaps': '1', 'requests.memory': '0' });
});
