import { isJsonObject, type KubeObject } from '@lotse/manifests';
import type { GeneratorCluster } from '@lotse/gitops';
import { IN_CLUSTER } from '../cluster/cluster-host.js';

/** Marks Secrets that describe a cluster, as Argo CD has them. */
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';
const LOCAL: GeneratorCluster = {
  name: 'in-cluster',
  server: IN_CLUSTER,
  project: '',
  labels: {},
  annotations: {},
  local: true,
};

/** Is this object the description of a cluster? */
export function isClusterSecret({ kind, metadata }: KubeObject): boolean {
  return kind === 'Secret' && metadata.labels?.[SECRET_TYPE] === 'cluster';
}

/**
 * The clusters generators can name: the built-in one, and those that Secrets describe. Of a Secret only its name, server
 * and project are read; how to get in stays there.
 */
export function generatorClusters(secrets: readonly KubeObject[]): GeneratorCluster[] {
  const described = secrets.filter(isClusterSecret).map((secret): GeneratorCluster => {
    const data = isJsonObject(secret['data']) ? secret['data'] : {};
    const field = (name: string): string => {
      const value = data[name];
      return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
    };
    const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } =
      secret.metadata.annotations ?? {};
    return {
      name: field('name'),
      server: field('server'),
      project: field('project'),
      labels: secret.metadata.labels ?? {},
      annotations,
      local: false,
    };
  });
  // a Secret for the built-in cluster gives it labels
  const others = described.filter(({ name, server }) => name !== '' && server !== '');
  return others.some(({ server }) => server === IN_CLUSTER) ? others : [LOCAL, ...others];
}
