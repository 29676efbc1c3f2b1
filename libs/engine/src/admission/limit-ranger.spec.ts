import { expect, it } from 'vitest';
import { LimitRanges, Pods } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';

it('holds a resize to the bounds that held the pod', () => {
  const { client } = createCluster({ controllers: [] });
  client.create(LimitRanges, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'bounds', namespace: 'default' },
    spec: { limits: [{ type: 'Container', max: { cpu: '500m' } }] },
  });
  const container = (cpu: string) => ({
    name: 'main',
    image: 'a',
    resources: { requests: { cpu }, limits: { cpu } },
  });
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [container('100m')] },
  });
  const resize = (cpu: string) =>
    client.patch(
      Pods,
      'default',
      'web',
      'strategic',
      { spec: { containers: [container(cpu)] } },
      { subresource: 'resize' },
    );
  expect(() => resize('2')).toThrow('maximum cpu usage per Container is 500m, but limit is 2');
  expect(resize('400m').spec?.containers[0]?.resources?.limits).toEqual({ cpu: '400m' });
});
