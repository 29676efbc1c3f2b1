import { createCluster, type Cluster } from '../../cluster.js';
import { Pods } from '../../clients/resource-type.js';
import type { Pod, PodTemplateSpec } from '../../types/index.js';
import { allControllers } from '../index.js';
import type { UsageOf } from '../horizontal-pod-autoscaler/recommendation.js';
import { instantKubelet, type Fate } from './instant-kubelet.js';

/** A cluster in virtual time with every controller and a kubelet whose pods meet `fate`. Failed reconciles are collected. */
export function appsCluster(fate?: Fate, usageOf: UsageOf = () => undefined): Cluster & { errors: string[] } {
  const errors: string[] = [];
  const cluster = createCluster({
    controllers: [
      ...allControllers({
        rootCertificate: 'test',
        loadBalancerCidr: '172.19.0.0/16',
        ingressAddress: '172.19.255.254',
        usageOf,
        systemObjects: [],
        install: () => undefined,
      }),
      instantKubelet(fate),
    ],
    onError: (controller, key, error) =>
      errors.push(`${controller} ${key}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
  });
  return { ...cluster, errors };
}

/** A template of one container. */
export function template(
  app: string,
  image = 'nginx:1',
  extra: Partial<NonNullable<PodTemplateSpec['spec']>> = {},
): PodTemplateSpec {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image }], ...extra } };
}

/** The pods of the default namespace, by name. */
export function podsOf(cluster: Cluster): Pod[] {
  return cluster.client
    .lister(Pods)
    .list('default')
    .toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
}
