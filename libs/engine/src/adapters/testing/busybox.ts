import { Pods } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';

/** The one container of `busyboxCluster`. */
export const BUSYBOX = { namespace: 'default', pod: 'box', container: 'main' };

/** A cluster in virtual time in which one busybox is running. */
export function busyboxCluster(): Cluster {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: BUSYBOX.pod, namespace: BUSYBOX.namespace },
    spec: { containers: [{ name: BUSYBOX.container, image: 'busybox', command: ['sleep', '1000'] }] },
  });
  cluster.advance('10s');
  return cluster;
}
