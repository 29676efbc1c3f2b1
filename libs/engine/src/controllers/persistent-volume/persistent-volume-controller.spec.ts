import { expect, it } from 'vitest';
import {
  Events,
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
} from '../../clients/resource-type.js';
import { appsCluster } from '../testing/apps-cluster.js';

const claim = (storageClassName: string, volumeName?: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName,
    ...(volumeName !== undefined && { volumeName }),
    resources: { requests: { storage: '1Gi' } },
  },
});

it('binds a claim to the volume it names when that comes later, and tells when it is lost', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(PersistentVolumeClaims, claim('', 'disk'));
  cluster.settle();
  const phase = () => client.get(PersistentVolumeClaims, 'default', 'data').status?.phase;
  expect(phase()).toBe('Pending');
  client.create(PersistentVolumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      nfs: { server: 'nfs', path: '/' },
    },
  });
  cluster.settle();
  expect(phase()).toBe('Bound');
  client.delete(PersistentVolumes, undefined, 'disk');
  client.patch(PersistentVolumes, undefined, 'disk', 'merge', { metadata: { finalizers: null } });
  cluster.settle();
  expect(phase()).toBe('Lost');
  expect(
    client
      .lister(Events)
      .list('default')
      .map(({ reason }) => reason),
  ).toContain('ClaimLost');
});

it('names on a claim who is to make its volume', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(StorageClasses, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'disks' },
    provisioner: 'example.com/disks',
  });
  client.create(PersistentVolumeClaims, claim('disks'));
  cluster.settle();
  expect(client.get(PersistentVolumeClaims, 'default', 'data').metadata.annotations).toMatchObject({
    'volume.kubernetes.io/storage-provisioner': 'example.com/disks',
  });
});
