import { expect, it } from 'vitest';
import { createCluster } from '../../cluster.js';
import { ConfigMaps, Namespaces } from '../../clients/resource-type.js';

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

it('leaves what is outside namespaces alone when its owner would be inside one', () => {
  const cluster = createCluster();
  const owner = cluster.client.create(ConfigMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'owner', namespace: 'default' },
  });
  const named = (uid: string) => [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
  for (const [name, uid] of [
    ['there', owner.metadata.uid ?? ''],
    ['nowhere', '11111111-1111-4111-8111-111111111111'],
  ] as const)
    cluster.client.create(Namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, ownerReferences: named(uid) },
    });
  cluster.settle();
  cluster.client.delete(ConfigMaps, 'default', 'owner');
  cluster.advance('1m');
  for (const name of ['there', 'nowhere'])
    expect(cluster.client.get(Namespaces, undefined, name).metadata.deletionTimestamp).toBeUndefined();
});
