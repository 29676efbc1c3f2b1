import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../cluster.js';
import type { PodSpec } from '../types/index.js';
import { startPodsWithApi, type PodsWithApi } from './testing/pods-with-api.js';

let pods: PodsWithApi;
let cluster: Cluster;

beforeAll(async () => {
  pods = await startPodsWithApi();
  ({ cluster } = pods);
});
afterAll(() => pods.stop());

const shell = (script: string): PodSpec => ({
  containers: [{ name: 'main', image: 'curlimages/curl:8.14.1', command: ['sh', '-c', script] }],
});

const ASK =
  'curl -sk -H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" https://kubernetes.default.svc';

it('answers a pod with the rights of its service account', () => {
  expect(
    pods.run('asker', shell(`${ASK}/api/v1/namespaces/default/pods -o /dev/null -w '%{http_code}'`)),
  ).toEqual({ lines: ['403'], phase: 'Succeeded' });
  pods.allow('view');
  const { lines } = pods.run('viewer', shell(`${ASK}/api/v1/namespaces/default/pods/viewer`));
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ kind: 'Pod', metadata: { name: 'viewer' } });
});

it('knows nobody without a token, and refuses what can not be answered at once', () => {
  const plain = ASK.replace(/-H ".*?\)" /, '');
  expect(pods.run('nobody', shell(`${plain}/api/v1/nodes -o /dev/null -w '%{http_code}'`)).lines).toEqual([
    '403',
  ]);
  expect(
    pods.run('watcher', shell(`${ASK}'/api/v1/namespaces/default/pods?watch=1'`)).lines.join('\n'),
  ).toContain('watches and followed logs can not be read');
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
  expect(pods.run('asker-of-others', shell(`${ASK}/apis/wardle.example.com/v1 ${code}`)).lines).toEqual([
    '503',
  ]);
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
  const { lines, phase } = pods.run('validator', validator('bank'));
  expect(lines.slice(0, 3)).toEqual([
    'OK: Got token',
    'OK: Constructed OIDC provider for issuer "https://kubernetes.default.svc.cluster.local"',
    'OK: Validated signature on JWT',
  ]);
  expect(phase).toBe('Succeeded');
  const wrong = pods.run('wrong', validator('vault'));
  expect(wrong.lines.at(-1)).toBe('expected audience "vault" got ["bank"]');
  expect(wrong.phase).toBe('Failed');
});
