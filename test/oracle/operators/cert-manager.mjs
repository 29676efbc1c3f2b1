import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';

const object = (kind, name, spec) => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { name, namespace: 'default' },
  spec,
});

/** A self-signed issuer makes an authority, the authority makes a certificate for an Ingress; a deleted Secret is made again; a change renews. */
export async function certManager(cluster, { binary, sources, step }) {
  cluster.kubectl(['apply', '--server-side', '-f', join(sources, 'deploy/crds')]);
  cluster.kubectl(['create', 'namespace', 'cert-manager']);
  cluster.kubectl(['create', 'serviceaccount', 'cert-manager', '-n', 'cert-manager']);
  cluster.kubectl(
    'create clusterrolebinding cert-manager --clusterrole=cluster-admin --serviceaccount=cert-manager:cert-manager'.split(
      ' ',
    ),
  );
  const controller = cluster.run(binary, [
    `--kubeconfig=${cluster.kubeconfigOf('cert-manager', 'cert-manager')}`,
    '--cluster-resource-namespace=cert-manager',
    '--leader-election-namespace=kube-system',
    '--metrics-listen-address=127.0.0.1:18402',
  ]);
  await cluster.until(
    'a leader',
    () => cluster.get('lease', 'cert-manager-controller', '-n', 'kube-system').spec.holderIdentity,
  );
  step('it leads, by a lease');

  const ready = (kind, name) => () =>
    cluster
      .get(kind, name)
      .status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  const authority = {
    isCA: true,
    commonName: 'shop-ca',
    secretName: 'shop-ca',
    privateKey: { algorithm: 'ECDSA', size: 256 },
    issuerRef: { name: 'self', kind: 'Issuer' },
  };
  cluster.apply([
    object('Issuer', 'self', { selfSigned: {} }),
    object('Certificate', 'shop-ca', authority),
    object('Issuer', 'shop', { ca: { secretName: 'shop-ca' } }),
    object('Certificate', 'web', {
      dnsNames: ['web.example.org'],
      secretName: 'web-tls',
      issuerRef: { name: 'shop' },
    }),
  ]);
  await cluster.until('the authority', ready('certificate', 'shop-ca'));
  await cluster.until('the certificate', ready('certificate', 'web'));
  const certificate = (secret, key = 'tls.crt') =>
    new X509Certificate(Buffer.from(cluster.get('secret', secret).data[key], 'base64'));
  const web = certificate('web-tls');
  assert.ok(web.checkHost('web.example.org'));
  assert.ok(web.verify(certificate('shop-ca').publicKey));
  step('an issuer, an authority it made, and a certificate of that authority are ready');

  cluster.kubectl(['delete', 'secret', 'web-tls']);
  await cluster.until(
    'the secret is made again',
    () => certificate('web-tls').serialNumber !== web.serialNumber,
  );
  cluster.kubectl([
    'patch',
    'certificate',
    'web',
    '--type=merge',
    '-p',
    '{"spec":{"dnsNames":["shop.example.org"]}}',
  ]);
  await cluster.until('the certificate is renewed', () =>
    certificate('web-tls').checkHost('shop.example.org'),
  );
  step('a deleted secret is made again, a change renews it');

  cluster.apply([
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'default', annotations: { 'cert-manager.io/issuer': 'shop' } },
      spec: {
        tls: [{ hosts: ['ingress.example.org'], secretName: 'ingress-tls' }],
        rules: [
          {
            host: 'ingress.example.org',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  ]);
  await cluster.until('the certificate of the ingress', () =>
    certificate('ingress-tls').checkHost('ingress.example.org'),
  );
  cluster.kubectl(['delete', 'ingress', 'web']);
  await cluster.until(
    'it goes with the ingress',
    () => !cluster.get('certificates').items.some(({ metadata }) => metadata.name === 'ingress-tls'),
  );
  step('an ingress gets one, and takes it with it');

  assert.match(
    cluster.kubectl(['get', 'certificates']),
    /NAME\s+READY\s+SECRET\s+AGE\n.*shop-ca\s+True\s+shop-ca/,
  );
  assert.match(cluster.kubectl(['get', 'events']), /Issued/);
  assert.equal(controller.child.exitCode, null);
  assert.doesNotMatch(controller.log(), /panic:/);
  step('kubectl shows columns and events');
}
