import { expect, it } from 'vitest';
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

const claim = (storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

it('gives a claim and its volume the size the claim asks for later, and never less', () => {
  const cluster = createCluster({ nodes: 1 });
  const { client } = cluster;
  client.create(PersistentVolumeClaims, claim('1Gi'));
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: {
      containers: [{ name: 'c', image: 'nginx' }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    },
  });
  cluster.advance('10s');
  const read = () => client.lister(PersistentVolumeClaims).get('default', 'data');
  const bound = read();
  expect(bound?.status?.capacity).toEqual({ storage: '1Gi' });
  const ask = (storage: string): void => {
    client.patch(PersistentVolumeClaims, 'default', 'data', 'merge', {
      spec: { resources: { requests: { storage } } },
    });
    cluster.advance('1s');
  };
  ask('3Gi');
  expect(read()?.status?.capacity).toEqual({ storage: '3Gi' });
  const volume = client.lister(PersistentVolumes).get(undefined, bound?.spec?.volumeName ?? '');
  expect(volume?.spec?.capacity).toEqual({ storage: '3Gi' });
  expect(() => ask('2Gi')).toThrow('field can not be less than status.capacity');
});
