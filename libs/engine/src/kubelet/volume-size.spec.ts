import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../clients/resource-type.js';

it('a container is told how large its volumes are', () => {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  const { client } = cluster;
  client.create(PersistentVolumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '8Gi' }, hostPath: { path: '/srv' } },
  });
  const claim = client.create(PersistentVolumeClaims, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '5Gi' } },
      volumeName: 'pv',
      storageClassName: '',
    },
  });
  client.updateStatus(PersistentVolumeClaims, {
    ...claim,
    status: { phase: 'Bound', capacity: { storage: '8Gi' } },
  });
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: [
            'sh',
            '-c',
            'head -c 1048576 /dev/zero > /data/x; df -h /data /cache | cut -c22-; df /plain | tail -n 1 | cut -c21-30',
          ],
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'cache', mountPath: '/cache' },
            { name: 'plain', mountPath: '/plain' },
          ],
        },
      ],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
        { name: 'plain', emptyDir: {} },
      ],
    },
  });
  cluster.advance('30s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: 'web', container: 'main' });
  expect((log?.lines ?? []).map(({ text }) => text)).toEqual([
    '     Size      Used Available Use% Mounted on',
    '     8.0G      1.0M      8.0G   1% /data',
    '    16.0M         0     16.0M   0% /cache',
    '     65536',
  ]);
});
