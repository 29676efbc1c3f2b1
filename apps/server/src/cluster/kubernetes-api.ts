import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  apiServerNames,
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  generatePrivateKey,
  makeKubeconfig,
  serveKubernetesApi,
  type CertifiedKey,
  type Cluster,
  type RequestRecord,
  type ServedApi,
} from '@lotse/engine';
import { explainTakenPort } from '../bootstrap/port-in-use.js';
import { writePrivateFile } from '../bootstrap/private-file.js';
import type { Config } from '../config/config.js';
import type { Journal } from './journal.js';

/** A certificate that ends sooner than this is made anew. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** The served Kubernetes API and where its admin kubeconfig is. */
export interface ServedCluster {
  readonly api: ServedApi;
  readonly kubeconfigPath: string;
}

/** The authority that signs everything; made once, kept in the data folder. */
export async function clusterAuthority(dataDir: string): Promise<CertifiedKey> {
  const folder = join(dataDir, 'pki');
  const [key, cert] = await Promise.all(
    ['ca.key', 'ca.crt'].map((file) => readFile(join(folder, file), 'utf8').catch(() => undefined)),
  );
  if (
    key !== undefined &&
    cert !== undefined &&
    Date.parse(new X509Certificate(cert).validTo) > Date.now() + RENEW_BEFORE_MS
  ) {
    return { key, cert };
  }
  const authority = createAuthority({ key: generatePrivateKey(), nowMs: Date.now() });
  await writePrivateFile(join(folder, 'ca.key'), authority.key);
  await writePrivateFile(join(folder, 'ca.crt'), authority.cert);
  return authority;
}

/** The key that signs the tokens of service accounts; made once, so that tokens outlive a restart. */
async function serviceAccountKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'pki', 'sa.key');
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const key = generatePrivateKey();
  await writePrivateFile(path, key);
  return key;
}

/** Serves the Kubernetes API over TLS and writes the admin kubeconfig. */
export async function serveCluster(
  cluster: Cluster,
  journal: Journal,
  authority: CertifiedKey,
  config: Config,
  onWrite: (record: RequestRecord) => void,
): Promise<ServedCluster> {
  const nowMs = Date.now();
  const server = createServerCertificate({
    authority,
    key: generatePrivateKey(),
    nowMs,
    commonName: 'kube-apiserver',
    names: apiServerNames(config.host),
  });
  const api = await serveKubernetesApi({
    cluster,
    tls: { key: server.key, cert: server.cert, ca: authority.cert },
    authority,
    serviceAccountKey: await serviceAccountKey(config.dataDir),
    host: config.host,
    port: config.kubePort,
    durable: () => journal.durable(),
    onWrite,
  }).catch((error: unknown) => {
    throw explainTakenPort(error, {
      host: config.host,
      port: config.kubePort,
      variable: 'LOTSE_KUBE_PORT',
    });
  });
  const user = createClientCertificate({
    authority,
    key: generatePrivateKey(),
    nowMs,
    user: 'kubernetes-admin',
    groups: ['system:masters'],
  });
  const kubeconfigPath = join(config.dataDir, 'kubeconfig');
  await writePrivateFile(
    kubeconfigPath,
    makeKubeconfig({ server: api.address.url, ca: authority.cert, user }),
  );
  return { api, kubeconfigPath };
}
