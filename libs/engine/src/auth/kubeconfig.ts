import type { CertifiedKey } from './certificates.js';

/** What a kubeconfig says. */
export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM of the certificate authority. */
  readonly ca: string;
  /** A client certificate, or a token. */
  readonly user: CertifiedKey | { readonly token: string };
  readonly clusterName?: string;
  readonly userName?: string;
  readonly namespace?: string;
}

/** A kubeconfig as YAML with everything embedded. Holds a secret: write it readable by its owner only. */
export function makeKubeconfig({
  server,
  ca,
  user,
  clusterName = 'lotse',
  userName = 'admin',
  namespace = 'default',
}: KubeconfigOptions): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const credentials =
    'token' in user
      ? [`    token: ${JSON.stringify(user.token)}`]
      : [`    client-certificate-data: ${base64(user.cert)}`, `    client-key-data: ${base64(user.key)}`];
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${JSON.stringify(clusterName)}`,
    '  cluster:',
    `    server: ${JSON.stringify(server)}`,
    `    certificate-authority-data: ${base64(ca)}`,
    'users:',
    `- name: ${JSON.stringify(userName)}`,
    '  user:',
    ...credentials,
    'contexts:',
    `- name: ${JSON.stringify(clusterName)}`,
    '  context:',
    `    cluster: ${JSON.stringify(clusterName)}`,
    `    user: ${JSON.stringify(userName)}`,
    `    namespace: ${JSON.stringify(namespace)}`,
    `current-context: ${JSON.stringify(clusterName)}`,
    '',
  ].join('\n');
}
