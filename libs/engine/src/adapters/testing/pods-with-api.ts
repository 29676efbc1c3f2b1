import { Pods, type ResourceType } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import type { ClusterRoleBinding, PodSpec } from '../../types/index.js';
import { serveKubernetesApi } from '../http-server.js';
import { testCertificates } from './test-certificates.js';

const ClusterRoleBindings: ResourceType<ClusterRoleBinding> = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
};

/** What a pod that ends has written, and its phase. */
export interface Ran {
  readonly lines: readonly string[];
  readonly phase: string | undefined;
}

/** A cluster in virtual time whose pods can ask its API. */
export interface PodsWithApi {
  readonly cluster: Cluster;
  /** Runs a pod to its end. */
  run(name: string, spec: PodSpec): Ran;
  /** Gives the service account of those pods a ClusterRole. */
  allow(clusterRole: string): void;
  stop(): Promise<void>;
}

export async function startPodsWithApi(): Promise<PodsWithApi> {
  const cluster = createCluster({ nodes: 1 });
  const api = await serveKubernetesApi({ cluster, tls: testCertificates().tls });
  cluster.advance('1s');
  return {
    cluster,
    run(name, spec) {
      cluster.client.create(Pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default' },
        spec: { restartPolicy: 'Never', ...spec },
      });
      cluster.advance('30s');
      const container = spec.containers[0]?.name ?? '';
      const log = cluster.runtime.logs({ namespace: 'default', pod: name, container });
      const lines = (log?.lines ?? []).map(({ text }) => text);
      return { lines, phase: cluster.client.get(Pods, 'default', name).status?.phase };
    },
    allow(clusterRole) {
      cluster.client.create(ClusterRoleBindings, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: `default-has-${clusterRole}` },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
        subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
      });
    },
    stop: () => api.close(),
  };
}
