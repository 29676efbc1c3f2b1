import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  apiServerNames,
  createAuthority,
  createClientCertificate,
  createCluster,
  createServerCertificate,
  generatePrivateKey,
  isApiError,
  makeKubeconfig,
  Namespaces,
  serveKubernetesApi,
  SystemClock,
  type Cluster,
  type KubernetesApiOptions,
} from '@lotse/engine';

/** A cluster in this process, in real time, served over TLS on a free port. */
export interface ServedCluster {
  readonly cluster: Cluster;
  readonly url: string;
  /** Path of an admin's kubeconfig. */
  readonly kubeconfig: string;
  /** A folder for files of the test. */
  readonly folder: string;
  /** Writes a kubeconfig for another user and returns its path. */
  kubeconfigFor(user: string, groups: readonly string[]): string;
  stop(): Promise<void>;
}

/** Starts a cluster with three nodes and the standard namespaces. */
export async function startCluster(
  options: Pick<KubernetesApiOptions, 'authenticators'> = {},
): Promise<ServedCluster> {
  const nowMs = Date.now();
  const clock = new SystemClock();
  const authority = createAuthority({ key: generatePrivateKey(), nowMs });
  const server = createServerCertificate({
    authority,
    key: generatePrivateKey(),
    nowMs,
    commonName: 'kube-apiserver',
    names: apiServerNames('127.0.0.1'),
  });
  const cluster = createCluster({ clock, nodes: 3, rootCertificate: authority.cert });
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    try {
      cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
  }
  const api = await serveKubernetesApi({
    cluster,
    tls: { key: server.key, cert: server.cert, ca: authority.cert },
    authority,
    ...options,
  });
  const folder = mkdtempSync(join(tmpdir(), 'lotse-kubectl-'));
  const kubeconfigFor = (user: string, groups: readonly string[]): string => {
    const key = generatePrivateKey();
    const certificate = createClientCertificate({ authority, key, nowMs, user, groups });
    const file = join(folder, `kubeconfig-${user}`);
    const text = makeKubeconfig({ server: api.address.url, ca: authority.cert, user: certificate });
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    cluster,
    url: api.address.url,
    kubeconfig: kubeconfigFor('admin', ['system:masters']),
    folder,
    kubeconfigFor,
    async stop() {
      await api.close();
      cluster.stop();
      clock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
