import {
  createAuthority,
  createClientCertificate,
  generatePrivateKey,
  type CertifiedKey,
} from '../../auth/certificates.js';
import type { Cluster } from '../../cluster.js';
import { jsonEqual } from '../../registry/json-equal.js';
import { objectName } from '../../store/stored-object.js';
import type { ConfigMap } from '../../types/index.js';

const PROXY_NAME = 'front-proxy-client';
const REQUESTER = { user: 'system:apiserver', component: true };

/** The certificate under which requests are passed on, and the authority that signed it. */
export interface FrontProxyCertificate {
  readonly authority: string;
  readonly client: CertifiedKey;
}

/** A certificate of an authority that signs for proxies only: servers that trust it take its word for who asks. */
export function createFrontProxyCertificate(
  nowMs: number,
  authority: CertifiedKey = createAuthority({
    key: generatePrivateKey(),
    nowMs,
    commonName: 'front-proxy-ca',
  }),
): FrontProxyCertificate {
  const key = generatePrivateKey();
  const client = createClientCertificate({ authority, key, nowMs, user: PROXY_NAME, groups: [] });
  return { authority: authority.cert, client };
}

/**
 * Tells extension API servers whom to trust: the ConfigMap `kube-system/extension-apiserver-authentication`, which they read and
 * follow (controlplane/controller/clusterauthenticationtrust).
 */
export function publishAuthentication(
  { store, registry, operations }: Cluster,
  clientCa: string,
  { authority }: FrontProxyCertificate,
): void {
  const resource = registry.find('', 'v1', 'configmaps');
  if (!resource) return;
  const name = 'extension-apiserver-authentication';
  const namespace = 'kube-system';
  const data = {
    'client-ca-file': clientCa,
    'requestheader-allowed-names': JSON.stringify([PROXY_NAME]),
    'requestheader-client-ca-file': authority,
    'requestheader-extra-headers-prefix': JSON.stringify(['X-Remote-Extra-']),
    'requestheader-group-headers': JSON.stringify(['X-Remote-Group']),
    'requestheader-uid-headers': JSON.stringify(['X-Remote-Uid']),
    'requestheader-username-headers': JSON.stringify(['X-Remote-User']),
  };
  const found = store.get('/configmaps', objectName(namespace, name)) as ConfigMap | undefined;
  const map: ConfigMap = {
    ...found,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...found?.metadata },
    data,
  };
  if (!found) operations.create(resource, map, REQUESTER);
  else if (!jsonEqual(found.data, data)) operations.update(resource, map, REQUESTER);
}
