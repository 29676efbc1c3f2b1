import type { KubeObject } from '../src/api/types.js';
import { ago, uid } from './fake-values.js';
import type { Fixture } from './fixtures.js';

/** The three nodes of the built-in cluster, and the pods of all trees as objects. */
export function clusterOf(fixtures: Fixture[]): { nodes: KubeObject[]; pods: KubeObject[] } {
  const nodes = [0, 1, 2].map((i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${i}`,
      uid: uid(),
      creationTimestamp: ago(86_400 * 9),
      labels: { 'kubernetes.io/hostname': `node-${i}`, 'topology.kubernetes.io/zone': `zone-${'abc'[i]}` },
    },
    spec: i === 2 ? { unschedulable: true } : {},
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Lotse simulated node',
        containerRuntimeVersion: 'lotse://0.1.0',
      },
    },
  }));
  const pods = fixtures.flatMap(({ nodes: tree }) =>
    tree
      .filter(({ kind }) => kind === 'Pod')
      .map((node, index) => {
        const reason = node.info?.find(({ name }) => name === 'Status Reason')?.value ?? 'Running';
        const isReady = node.health?.status === 'Healthy';
        return {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: node.name,
            namespace: node.namespace ?? 'default',
            uid: node.uid,
            resourceVersion: node.resourceVersion ?? '1',
            creationTimestamp: node.createdAt ?? ago(60),
            labels: node.networkingInfo?.labels ?? {},
          },
          spec: {
            nodeName: node.info?.find(({ name }) => name === 'Node')?.value,
            containers: [
              {
                name: 'app',
                image: node.images?.[0],
                resources: { requests: { cpu: '120m', memory: '256Mi' } },
              },
            ],
          },
          status: {
            phase: isReady ? 'Running' : 'Pending',
            podIP: `10.42.0.${index % 250}`,
            containerStatuses: [
              {
                name: 'app',
                ready: isReady,
                restartCount: 0,
                state: isReady ? { running: {} } : { waiting: { reason } },
              },
            ],
          },
        };
      }),
  );
  return { nodes, pods };
}
