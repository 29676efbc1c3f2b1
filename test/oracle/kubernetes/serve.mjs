#!/usr/bin/env node
/**
 * Serves an empty cluster over TLS for programs that check an API server, until its input ends.
 *
 *   node test/oracle/kubernetes/serve.mjs FOLDER [--nodes N|none] [--no-controllers] [--token TOKEN] [--service-cidr CIDR] [--allow-all] [--bare] [--disable-admission NAMES]
 *
 * Writes an admin kubeconfig and `apiserver.crt` to FOLDER and prints one JSON line: `{"url", "kubeconfig"}`. With `--token` that bearer
 * token is an administrator's, too; with `--allow-all`
 * everybody may do everything; with `--nodes none` there is no scheduler
 * either, with `--no-controllers` only nodes and the scheduler, with `--bare` nothing that acts; `--disable-admission` names admission plugins to leave out, separated by commas.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  apiServerNames,
  createAuthority,
  createClientCertificate,
  createCluster,
  createServerCertificate,
  generatePrivateKey,
  installRbac,
  isApiError,
  makeKubeconfig,
  Namespaces,
  serveKubernetesApi,
  SystemClock,
  tokenAuthenticator,
  VIRTUAL_NETWORK,
} from '@lotse/engine';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string', default: '3' },
    token: { type: 'string' },
    'service-cidr': { type: 'string' },
    'allow-all': { type: 'boolean', default: false },
    bare: { type: 'boolean', default: false },
    'no-controllers': { type: 'boolean', default: false },
    'disable-admission': { type: 'string', default: '' },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('name the folder for the kubeconfig');

const nowMs = Date.now();
// Upstream's scripts look for an authority of this name.
const authority = createAuthority({ key: generatePrivateKey(), nowMs, commonName: '127.0.0.1' });
const certificate = createServerCertificate({
  authority,
  key: generatePrivateKey(),
  nowMs,
  commonName: 'kube-apiserver',
  names: apiServerNames('127.0.0.1'),
});
const cluster = createCluster({
  clock: new SystemClock(),
  ...((values.bare || values['no-controllers']) && { controllers: [] }),
  ...(!values.bare && values.nodes !== 'none' && { nodes: Number(values.nodes) }),
  rootCertificate: authority.cert,
  disabledAdmission: values['disable-admission'].split(','),
  onError: (controller, key, error) => console.error(controller, key, error),
  ...(values['service-cidr'] && { network: { ...VIRTUAL_NETWORK, serviceCidr: values['service-cidr'] } }),
});
for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
  try {
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
}
const admin = { user: 'admin', groups: ['system:masters', 'system:authenticated'] };
// As `--authorization-mode=RBAC,AlwaysAllow`: the roles are there, and whoever has none may do everything, too.
if (values['allow-all']) installRbac(cluster);
const allowAll = values['allow-all'] && {
  authorize: () => ({ allowed: true, reason: '' }),
};
const api = await serveKubernetesApi({
  cluster,
  tls: { key: certificate.key, cert: certificate.cert, ca: authority.cert },
  authority,
  ...(allowAll && { authorizer: allowAll }),
  authenticators: values.token
    ? [tokenAuthenticator((token) => (token === values.token ? admin : undefined))]
    : [],
});
const kubeconfig = join(folder, 'kubeconfig');
const user = createClientCertificate({
  authority,
  key: generatePrivateKey(),
  nowMs,
  user: 'admin',
  groups: ['system:masters'],
});
writeFileSync(kubeconfig, makeKubeconfig({ server: api.address.url, ca: authority.cert, user }), {
  mode: 0o600,
});
writeFileSync(join(folder, 'apiserver.crt'), certificate.cert);
console.log(JSON.stringify({ url: api.address.url, kubeconfig }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
