import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Pods, ResourceQuotas } from '../clients/resource-type.js';

it('counts what a running pod is resized to', () => {
  const { client } = createCluster({ controllers: [] });
  client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: 'default' },
    spec: { hard: { 'requests.cpu': '10m' } },
  });
  const container = { name: 'main', image: 'nginx' };
  const pod = client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ ...container, resources: { requests: { cpu: '1m' } } }] },
  });
  const resize = (cpu: string) =>
    client.patch(
      Pods,
      'default',
      pod.metadata.name ?? '',
      'strategic',
      { spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] } },
      { subresource: 'resize' },
    );
  expect(() => resize('5')).toThrow('exceeded quota: small');
  expect(resize('10m').spec?.containers[0]?.resources?.requests?.['cpu']).toBe('10m');
});
