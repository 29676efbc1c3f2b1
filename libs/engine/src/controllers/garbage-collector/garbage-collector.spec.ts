import { expect, it } from 'vitest';
import { createCluster } from '../../cluster.js';
import { ConfigMaps } from '../../clients/resource-type.js';

it('lets go of objects that own each other when one is deleted in the foreground', () => {
  const cluster = createCluster();
  const make = (name: string) =>
    cluster.client.create(ConfigMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    });
  const [hen, egg] = [make('hen'), make('egg')];
  const own = (object: typeof hen, { metadata: { name = '', uid = '' } }: typeof hen): void => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true };
    cluster.client.update(ConfigMaps, {
      ...object,
      metadata: { ...object.metadata, ownerReferences: [owner] },
    });
  };
  own(hen, egg);
  own(egg, hen);
  cluster.settle();
  cluster.client.delete(ConfigMaps, 'default', 'hen', { propagationPolicy: 'Foreground' });
  cluster.settle();
  expect(cluster.store.get('/configmaps', 'default/hen')).toBeUndefined();
  expect(cluster.store.get('/configmaps', 'default/egg')).toBeUndefined();
});
