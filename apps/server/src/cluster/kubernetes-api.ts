import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  apiServerNames,
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  generatePrivateKey,
  serveKubernetesApi,
  type CertifiedKey,
  type Cluster,
  type FrontProxy,
  type RequestRecord,
  type ServedApi,
} from '@lotse/engine';
import { explainTakenPort } from '../bootstrap/port-in-use.js';
import { writePrivateFile } from '../bootstrap/private-file.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import type { Journal } from './journal.js';
import { kubeSignIn, read } from './kube-sign-in.js';
import { credentialsIn, updatedKubeconfig } from './kubeconfig-file.js';

/** A certificate that ends sooner than this is made anew. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** The served Kubernetes API and where its admin kubeconfig is. */
export interface ServedCluster {
  readonly api: ServedApi;
  readonly kubeconfigPath: string;
}

/** The authority that signs everything; made once, kept in the data folder. */
export async function clusterAuthority(dataDir: string): Promise<CertifiedKey> {
  return await keptAuthority(dataDir, 'ca', 'kubernetes');
}

async function keptAuthority(dataDir: string, file: string, commonName: string): Promise<CertifiedKey> {
  const folder = join(dataDir, 'pki');
  const [key, cert] = await Promise.all(
    [`${file}.key`, `${file}.crt`].map((path) => readFile(join(folder, path), 'utf8').catch(() => undefined)),
  );
  if (
    key !== undefined &&
    cert !== undefined &&
    Date.parse(new X509Certificate(cert).validTo) > Date.now() + RENEW_BEFORE_MS
  ) {
    return { key, cert };
  }
  const authority = createAuthority({ key: generatePrivateKey(), nowMs: Date.now(), commonName });
  await writePrivateFile(join(folder, `${file}.key`), authority.key);
  await writePrivateFile(join(folder, `${file}.crt`), authority.cert);
  return authority;
}

/** Proxies of an authority of our own, made once and never that of users, and of those the settings name. */
async function trustedProxies({ dataDir, kubeAuthentication }: Config): Promise<FrontProxy> {
  const { frontProxyCaFile, frontProxyNames } = kubeAuthentication;
  const authority = await keptAuthority(dataDir, 'front-proxy-ca', 'front-proxy-ca');
  const others =
    frontProxyCaFile === undefined ? '' : await read('LOTSE_KUBE_FRONT_PROXY_CA', frontProxyCaFile);
  return { ca: `${authority.cert}${others}`, allowedNames: frontProxyNames, authority };
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

/** Serves the Kubernetes API over TLS and keeps the admin kubeconfig up to date. */
export async function serveCluster(
  cluster: Cluster,
  journal: Journal,
  authority: CertifiedKey,
  config: Config,
  onWrite: (record: RequestRecord) => void,
  logger: Logger,
): Promise<ServedCluster> {
  const { dataDir, kubeAuthentication } = config;
  const clock = { now: () => Date.now() };
  const { stop: stopSignIn, ...signIn } = await kubeSignIn(kubeAuthentication, clock, {
    issuer: (issuer, problem) =>
      logger.warn('An issuer of ID tokens could not be asked', { issuer, problem }),
    configuration: (file, error) =>
      logger.warn('The authentication configuration can not be used; the one before it goes on', {
        file,
        error,
      }),
  });
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
    serviceAccountKey: await serviceAccountKey(dataDir),
    host: config.host,
    port: config.kubePort,
    ...signIn,
    frontProxy: await trustedProxies(config),
    durable: (revision) => journal.durable(revision),
    onWrite,
  }).catch((error: unknown) => {
    throw explainTakenPort(error, {
      host: config.host,
      port: config.kubePort,
      variable: 'LOTSE_KUBE_PORT',
    });
  });
  const kubeconfigPath = join(dataDir, 'kubeconfig');
  const old = await readFile(kubeconfigPath, 'utf8').catch(() => undefined);
  const user =
    (old === undefined ? undefined : credentialsIn(old, authority.cert, nowMs + RENEW_BEFORE_MS)) ??
    createClientCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      user: 'kubernetes-admin',
      groups: ['system:masters'],
    });
  const kubeconfig = updatedKubeconfig(old, { server: api.address.url, ca: authority.cert, user });
  if (kubeconfig !== old) await writePrivateFile(kubeconfigPath, kubeconfig);
  const close = async (): Promise<void> => {
    stopSignIn();
    await api.close();
  };
  return { api: { address: api.address, close }, kubeconfigPath };
}
