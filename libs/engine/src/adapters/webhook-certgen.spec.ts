import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../auth/certificates.js';
import { Pods, Secrets, type ResourceType } from '../clients/resource-type.js';
import { createCluster, type Cluster } from '../cluster.js';
import { objectName } from '../store/stored-object.js';
import type { ClusterRoleBinding, ValidatingWebhookConfiguration } from '../types/index.js';
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
const CONFIGURATIONS = 'admissionregistration.k8s.io/validatingwebhookconfigurations';

let cluster: Cluster;
let api: ServedApi;
beforeAll(async () => {
  cluster = createCluster({ nodes: 1 });
  api = await serveKubernetesApi({ cluster, tls: { key, cert, ca: authority.cert } });
  cluster.advance('1s');
});
afterAll(() => api.close());

function run(name: string, args: string[]): { readonly phase: string | undefined; readonly log: string } {
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [
        { name: 'main', image: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.1', args },
      ],
    },
  });
  cluster.advance('30s');
  const log = cluster.runtime.logs({ namespace: 'default', pod: name, container: 'main' });
  return {
    phase: cluster.client.get(Pods, 'default', name).status?.phase,
    log: (log?.lines ?? []).map(({ text }) => text).join('\n'),
  };
}

const create = ['create', '--host=hook,hook.default.svc', '--namespace=default', '--secret-name=hook'];

it('makes certificates for webhooks with the rights of its pod, and writes their authority into the configuration', () => {
  const refused = run('refused', create);
  expect(refused.phase).toBe('Failed');
  expect(refused.log).toContain('cannot get resource \\"secrets\\"');

  cluster.client.create(ClusterRoleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'hooks' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  });
  expect(run('first', create)).toMatchObject({
    phase: 'Succeeded',
    log: expect.stringContaining('created secret'),
  });
  const { data = {} } = cluster.client.get(Secrets, 'default', 'hook');
  const pem = (name: string): X509Certificate => new X509Certificate(Buffer.from(data[name] ?? '', 'base64'));
  expect(pem('cert').checkHost('hook.default.svc')).toBe('hook.default.svc');
  expect(pem('cert').verify(pem('ca').publicKey)).toBe(true);
  expect(run('second', create).log).toContain('secret already exists');
  expect(cluster.client.get(Secrets, 'default', 'hook').data).toEqual(data);

  const info = cluster.registry.find('admissionregistration.k8s.io', 'v1', 'validatingwebhookconfigurations');
  if (!info) throw new Error('no such kind');
  const configuration: ValidatingWebhookConfiguration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hook' },
    webhooks: [
      {
        name: 'hook.example.org',
        clientConfig: { service: { name: 'hook', namespace: 'default' } },
        rules: [{ apiGroups: ['example.org'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        failurePolicy: 'Ignore',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
  cluster.operations.create(info, configuration, { user: 'tester', groups: ['system:masters'] });
  const patch = [
    '--webhook-name=hook',
    '--namespace=default',
    '--patch-mutating=false',
    '--secret-name=hook',
  ];
  expect(run('patch', ['patch', ...patch, '--patch-failure-policy=Fail']).log).toContain(
    'patched validating hook',
  );
  const stored = cluster.store.get(
    CONFIGURATIONS,
    objectName(undefined, 'hook'),
  ) as ValidatingWebhookConfiguration;
  expect(stored.webhooks?.[0]).toMatchObject({
    failurePolicy: 'Fail',
    clientConfig: { caBundle: data['ca'] },
  });
  expect(run('nothing', ['patch', ...patch.slice(1), '--webhook-name=none']).phase).toBe('Failed');
});
