import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../auth/certificates.js';
import { createCluster, type Cluster } from '../cluster.js';
import { Pods, type ResourceType } from '../clients/resource-type.js';
import type { ClusterRoleBinding, PodSpec } from '../types/index.js';
import { serveKubernetesApi, type ServedApi } from './http-server.js';

const ClusterRoleBindings: ResourceType<ClusterRoleBinding> = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
};
const nowMs = Date.now();
const authority = createAuthority({ key: generatePrivateKey(), nowMs });
const { key, cert } = createServerCertificate({
  authority,
  key: generatePrivateKey(),
  nowMs,
  commonName: 'api',
  names: ['127.0.0.1'],
});

let cluster: Cluster;
let api: ServedApi;

beforeAll(async () => {
  cluster = createCluster({ nodes: 1 });
  api = await serveKubernetesApi({ cluster, tls: { key, cert, ca: authority.cert } });
  cluster.advance('1s');
});
afterAll(() => api.close());

/** What a pod that ends has written, and its phase. */
function run(name: string, spec: PodSpec): { readonly lines: readonly string[]; readonly phase?: string } {
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy: 'Never', ...spec },
  });
  cluster.advance('30s');
  const container = spec.containers[0]?.name ?? '';
  const log = cluster.runtime.logs({ namespace: 'default', pod: name, container });
  const phase = cluster.client.get(Pods, 'default', name).status?.phase;
  return { lines: (log?.lines ?? []).map(({ text }) => text), ...(phase !== undefined && { phase }) };
}

const shell = (script: string): PodSpec => ({
  containers: [{ name: 'main', image: 'curlimages/curl:8.14.1', command: ['sh', '-c', script] }],
});

const ASK =
  'curl -sk -H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" https://kubernetes.default.svc';

it('answers a pod with the rights of its service account', () => {
  expect(run('asker', shell(`${ASK}/api/v1/namespaces/default/pods -o /dev/null -w '%{http_code}'`))).toEqual(
    { lines: ['403'], phase: 'Succeeded' },
  );
  cluster.client.create(ClusterRoleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'viewers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  });
  const { lines } = run('viewer', shell(`${ASK}/api/v1/namespaces/default/pods/viewer`));
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ kind: 'Pod', metadata: { name: 'viewer' } });
});

it('knows nobody without a token, and refuses what can not be answered at once', () => {
  const plain = ASK.replace(/-H ".*?\)" /, '');
  expect(run('nobody', shell(`${plain}/api/v1/nodes -o /dev/null -w '%{http_code}'`)).lines).toEqual(['403']);
  expect(run('watcher', shell(`${ASK}'/api/v1/namespaces/default/pods?watch=1'`)).lines.join('\n')).toContain(
    'watches and followed logs can not be read',
  );
});

it('does not pretend that nobody serves what another server does', () => {
  const services = cluster.registry.find('apiregistration.k8s.io', 'v1', 'apiservices');
  if (!services) throw new Error('not served');
  const spec = {
    group: 'wardle.example.com',
    version: 'v1',
    groupPriorityMinimum: 2000,
    versionPriority: 15,
    service: { name: 'api', namespace: 'default' },
  };
  const registered = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.wardle.example.com' },
    spec,
  };
  cluster.operations.create(services, registered, { user: 'me' });
  const code = "-o /dev/null -w '%{http_code}'";
  expect(run('asker-of-others', shell(`${ASK}/apis/wardle.example.com/v1 ${code}`)).lines).toEqual(['503']);
});

it('is the API of containers alone: from elsewhere it is asked over TLS', () => {
  const [address = ''] = cluster.dns.addressesFor('kubernetes', cluster.dns.resolverOf('default'));
  const route = cluster.proxy.route(address, 443, 'TCP', { clientIp: '127.0.0.1', external: false });
  if (route.kind !== 'endpoint') throw new Error('no endpoint');
  const { ip, port } = route.endpoint;
  const request = { method: 'GET', url: '/version', headers: {} };
  expect(cluster.runtime.http(ip, port, request)).toMatchObject({ kind: 'refused' });
});

const validator = (audience: string): PodSpec => ({
  containers: [
    {
      name: 'validator',
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.57',
      args: ['test-service-account-issuer-discovery', '--token-path', '/tokens/sa', '--audience', audience],
      volumeMounts: [{ name: 'sa', mountPath: '/tokens', readOnly: true }],
    },
  ],
  volumes: [
    {
      name: 'sa',
      projected: { sources: [{ serviceAccountToken: { path: 'sa', audience: 'bank' } }] },
    },
  ],
});

it('lets a pod find the keys of the issuer and check a token with them', () => {
  const { lines, phase } = run('validator', validator('bank'));
  expect(lines.slice(0, 3)).toEqual([
    'OK: Got token',
    'OK: Constructed OIDC provider for issuer "https://kubernetes.default.svc.cluster.local"',
    'OK: Validated signature on JWT',
  ]);
  expect(phase).toBe('Succeeded');
  const wrong = run('wrong', validator('vault'));
  expect(wrong.lines.at(-1)).toBe('expected audience "vault" got ["bank"]');
  expect(wrong.phase).toBe('Failed');
});
