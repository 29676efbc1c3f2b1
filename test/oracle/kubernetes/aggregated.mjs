#!/usr/bin/env node
/**
 * Registers Kubernetes' own `sample-apiserver` with this cluster and uses it with kubectl.
 *
 *   node test/oracle/kubernetes/aggregated.mjs --sample FILE --etcd FILE [--kubectl FILE]
 *
 * FILE of `--sample` is built from the public Go module `k8s.io/sample-apiserver`, that of `--etcd` from `go.etcd.io/etcd/server/v3`, which the
 * sample keeps its objects in. Needs `npm run build:node`. Exits 1 when a command answers something else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createAuthority, createServerCertificate, generatePrivateKey } from '@lotse/engine';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '' },
    etcd: { type: 'string', default: '' },
    kubectl: { type: 'string', default: 'kubectl' },
  },
});
if (!existsSync(values.sample) || !existsSync(values.etcd)) {
  console.log('skipped: name sample-apiserver with --sample and etcd with --etcd');
  process.exit(0);
}
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lotse-aggregated-'));
const children = [];
let failures = 0;
try {
  await run();
} finally {
  for (const child of children) child.kill();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

async function run() {
  const cluster = start(
    process.execPath,
    [join(here, 'serve.mjs'), folder, '--nodes', '1'],
    ['pipe', 'pipe', 'inherit'],
  );
  const line = await new Promise((done) => createInterface(cluster.stdout).once('line', done));
  const { kubeconfig } = JSON.parse(line);
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  start(values.etcd, [
    ...['--data-dir', join(folder, 'etcd'), '--log-level', 'error'],
    ...[
      '--listen-client-urls',
      `http://127.0.0.1:${client}`,
      '--advertise-client-urls',
      `http://127.0.0.1:${client}`,
    ],
    ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
  ]);
  const nowMs = Date.now();
  const authority = createAuthority({ key: generatePrivateKey(), nowMs });
  const names = ['wardle.default.svc'];
  const { key, cert } = createServerCertificate({
    authority,
    key: generatePrivateKey(),
    nowMs,
    commonName: 'wardle',
    names,
  });
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  start(values.sample, [
    ...[
      '--secure-port',
      String(port),
      '--bind-address',
      '127.0.0.1',
      '--etcd-servers',
      `http://127.0.0.1:${client}`,
    ],
    ...['--tls-cert-file', certFile, '--tls-private-key-file', keyFile],
    ...[
      '--kubeconfig',
      kubeconfig,
      '--authentication-kubeconfig',
      kubeconfig,
      '--authorization-kubeconfig',
      kubeconfig,
    ],
  ]);
  const objects = {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'wardle' }, spec: { ports: [{ port: 443 }] } },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'wardle', labels: { 'kubernetes.io/service-name': 'wardle' } },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['127.0.0.1'] }],
        ports: [{ name: '', port }],
      },
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1alpha1.wardle.example.com' },
        spec: {
          group: 'wardle.example.com',
          version: 'v1alpha1',
          groupPriorityMinimum: 2000,
          versionPriority: 200,
          caBundle: Buffer.from(authority.cert).toString('base64'),
          service: { name: 'wardle', namespace: 'default' },
        },
      },
    ],
  };
  const flunder = (reference) =>
    JSON.stringify({
      apiVersion: 'wardle.example.com/v1alpha1',
      kind: 'Flunder',
      metadata: { name: 'one' },
      spec: { reference },
    });
  const kubectl = (args, expected, input = '') => check(kubeconfig, args, expected, input);
  kubectl(['apply', '-f', '-'], /apiservice\S* created/, JSON.stringify(objects));
  kubectl(
    ['wait', 'apiservice/v1alpha1.wardle.example.com', '--for=condition=Available', '--timeout=90s'],
    /condition met/,
  );
  kubectl(['api-resources', '--api-group=wardle.example.com', '-o', 'name'], /^fischers\S+\nflunders\S+\n$/);
  kubectl(['create', '-f', '-'], /one created/, flunder('a'));
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], /serverside-applied/, flunder('b'));
  kubectl(['get', 'flunders', 'one', '-o', 'jsonpath={.spec.reference}'], /^b/);
  kubectl(['label', 'flunder', 'one', 'seen=yes'], /labeled/);
  kubectl(['get', 'flunders', '-l', 'seen=yes', '-o', 'name'], /flunder\S*\/one/);
  kubectl(['explain', 'flunders.spec'], /referenceType/);
  kubectl(['get', 'flunders', '--as=nobody'], /User "nobody" cannot list resource "flunders"/);
  kubectl(['wait', 'flunder/one', '--for=delete', '--timeout=1s'], /timed out/);
  kubectl(['delete', 'flunder', 'one'], /"one" deleted/);
}

function start(program, args, stdio = 'ignore') {
  const child = spawn(program, args, { stdio });
  children.push(child);
  return child;
}

function check(kubeconfig, args, expected, input) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder, KUBECACHEDIR: join(folder, 'cache') };
  const { stdout, stderr } = spawnSync(values.kubectl, args, {
    input,
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  const isRight = expected.test(stdout + stderr);
  if (!isRight) failures++;
  console.log(`${isRight ? 'pass' : 'FAIL'}  kubectl ${args.join(' ')}`);
  if (!isRight) console.log(`${stdout}${stderr}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
