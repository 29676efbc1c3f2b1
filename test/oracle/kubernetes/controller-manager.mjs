import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, generatePrivateKey } from '@lotse/engine';

/**
 * Starts Kubernetes' own kube-controller-manager with every controller it runs by default against a server that `startReference` started.
 * Periods that only save work in large clusters are short, so that scenarios need not wait for them.
 */
export function startControllerManager({ binary, folder, reference, serviceAccountKey }) {
  mkdirSync(folder, { recursive: true });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'it', cluster: { server: reference.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'it', user: { token: reference.token } }],
      contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
      'current-context': 'it',
    }),
    { mode: 0o600 },
  );
  const authority = createAuthority({ key: generatePrivateKey(), nowMs: Date.now(), commonName: 'signer' });
  const [certificate, key] = [join(folder, 'signer.crt'), join(folder, 'signer.key')];
  writeFileSync(certificate, authority.cert);
  writeFileSync(key, authority.key, { mode: 0o600 });
  const child = spawn(
    binary,
    [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--controllers=*,serviceaccount-token-controller',
      '--kube-api-qps=2000',
      '--kube-api-burst=4000',
      `--service-account-private-key-file=${serviceAccountKey}`,
      `--root-ca-file=${certificate}`,
      `--cluster-signing-cert-file=${certificate}`,
      `--cluster-signing-key-file=${key}`,
      '--pvclaimbinder-sync-period=2s',
      '--horizontal-pod-autoscaler-sync-period=2s',
      '--resource-quota-sync-period=5s',
      '--v=1',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (data) => (said = (said + data).slice(-4000)));
  const exited = (code, signal) =>
    console.error(`kube-controller-manager ended by itself (${code ?? signal}): ${said}`);
  child.on('exit', exited);
  const stop = () => {
    child.off('exit', exited);
    child.kill('SIGKILL');
  };
  return { stop };
}
