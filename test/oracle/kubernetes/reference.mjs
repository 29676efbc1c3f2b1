import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { requester } from './requester.mjs';

/** How long Kubernetes' own server may take to become ready on a busy machine. */
const READY_WITHIN_MS = 180_000;

/**
 * Starts etcd and Kubernetes' own kube-apiserver, with RBAC and the rules for nodes and without the plugins named, in a folder that must be empty. Answers where
 * it is, an administrator's token and the key that tokens of service accounts are signed with.
 */
export async function startReference({ etcd, apiserver, folder, disabledAdmission, serviceCidr }) {
  mkdirSync(folder, { recursive: true });
  const [clientPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const children = [];
  const start = (program, args) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (data) => (said = (said + data).slice(-4000)));
    child.said = () => said;
    children.push(child);
    return child;
  };
  start(etcd, [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ]);
  const key = join(folder, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const token = randomBytes(16).toString('hex');
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, `${token},admin,,"system:masters"\n`, { mode: 0o600 });
  const server = start(apiserver, [
    `--etcd-servers=${etcdUrl}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--secure-port=${apiPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=10.0.0.1',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--token-auth-file=${tokens}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--disable-admission-plugins=${disabledAdmission.join(',')}`,
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
  ]);
  const stop = () => children.forEach((child) => child.kill('SIGKILL'));
  const url = `https://127.0.0.1:${apiPort}`;
  const ask = requester({ url, token });
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end) {
    if (server.exitCode !== null) break;
    const answer = await ask('GET', '/readyz').catch(() => undefined);
    if (answer?.status === 200) return { url, token, serviceAccountKey: key, stop };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  stop();
  throw new Error(`kube-apiserver did not become ready: ${server.said()}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
