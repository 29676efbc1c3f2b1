import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secrets } from '../clients/resource-type.js';
import type { Cluster } from '../cluster.js';
import { objectName } from '../store/stored-object.js';
import type { ValidatingWebhookConfiguration } from '../types/index.js';
import { startPodsWithApi, type PodsWithApi } from './testing/pods-with-api.js';

const CONFIGURATIONS = 'admissionregistration.k8s.io/validatingwebhookconfigurations';

let pods: PodsWithApi;
let cluster: Cluster;
beforeAll(async () => {
  pods = await startPodsWithApi();
  ({ cluster } = pods);
});
afterAll(() => pods.stop());

function run(name: string, args: string[]): { readonly phase: string | undefined; readonly log: string } {
  const image = 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.1';
  const { phase, lines } = pods.run(name, { containers: [{ name: 'main', image, args }] });
  return { phase, log: lines.join('\n') };
}

const create = ['create', '--host=hook,hook.default.svc', '--namespace=default', '--secret-name=hook'];

it('makes certificates for webhooks with the rights of its pod, and writes their authority into the configuration', () => {
  const refused = run('refused', create);
  expect(refused.phase).toBe('Failed');
  expect(refused.log).toContain('cannot get resource \\"secrets\\"');

  pods.allow('cluster-admin');
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

it('makes no keys itself: what it keeps is what it is given', () => {
  cluster.runtime.certificates = {
    forServer: (hosts, nowMs) => ({
      ca: `ca ${nowMs > 0}`,
      cert: hosts.join('+'),
      key: 'the same every time',
    }),
  };
  run('given', ['create', '--host=a,b', '--namespace=default', '--secret-name=given']);
  const { data = {} } = cluster.client.get(Secrets, 'default', 'given');
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  expect([text('ca'), text('cert'), text('key')]).toEqual(['ca true', 'a+b', 'the same every time']);
  cluster.runtime.certificates = undefined;
  const { phase, log } = run('nobody', ['create', '--host=a', '--namespace=default', '--secret-name=none']);
  expect([phase, log]).toEqual(['Failed', expect.stringContaining('no keys can be made here')]);
});
