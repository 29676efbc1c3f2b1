import { forbidden } from '../api/api-error.js';
import type { Operations } from '../api/operations.js';
import type { Clock } from '../clock.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { CertificateSigningRequest } from '../types/index.js';
import { createRequestedCertificate, type CertifiedKey } from './certificates.js';
import { signerProblem } from './requested-usages.js';
import { readSigningRequest } from './signing-request.js';
import type { UserInfo } from './user-info.js';

const RESOURCE = 'certificates.k8s.io/certificatesigningrequests';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const KUBELET_CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet';
/** Signers served here, and what their certificates are for. */
const SIGNERS: Readonly<Record<string, 'client' | 'server'>> = {
  [CLIENT_SIGNER]: 'client',
  [KUBELET_CLIENT_SIGNER]: 'client',
  'kubernetes.io/kubelet-serving': 'server',
};
const DEFAULT_SECONDS = 365 * 86_400;

/** What signing works on. */
export interface SignerSurroundings {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly authority: CertifiedKey;
}

/** Who made a request is noted by the API, never taken from the request (registry/certificates strategy). */
export function withRequestor(resource: ResourceInfo, object: StoredObject, user: UserInfo): StoredObject {
  if (`${resource.group}/${resource.resource}` !== RESOURCE) return object;
  const { spec } = object as CertificateSigningRequest;
  const request = readSigningRequest(Buffer.from(spec?.request ?? '', 'base64').toString());
  if (spec?.signerName === CLIENT_SIGNER && request?.organizations.includes('system:masters'))
    throw forbidden(
      resource,
      object.metadata.name ?? '',
      `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`,
    );
  return {
    ...object,
    spec: {
      ...spec,
      username: user.user,
      groups: [...user.groups],
      ...(user.uid !== undefined && { uid: user.uid }),
      ...(user.extra && { extra: user.extra }),
    },
  } as StoredObject;
}

/** Signs approved requests for the signers of the cluster's own authority. Returns the way to stop. */
export function signApprovedRequests({
  store,
  registry,
  operations,
  clock,
  authority,
}: SignerSurroundings): () => void {
  const sign = (name: string): void => {
    const resource = registry.find('certificates.k8s.io', 'v1', 'certificatesigningrequests');
    const request = store.get(RESOURCE, objectName(undefined, name)) as CertificateSigningRequest | undefined;
    if (!resource || !request || !isWaiting(request)) return;
    const { signerName, request: encoded, expirationSeconds = DEFAULT_SECONDS, usages = [] } = request.spec;
    const purpose = Object.hasOwn(SIGNERS, signerName) ? SIGNERS[signerName] : undefined;
    if (!purpose) return;
    const read = readSigningRequest(Buffer.from(encoded, 'base64').toString());
    const requester = { user: 'system:certificate-controller', component: true };
    const problem = read
      ? signerProblem(signerName, usages, read)
      : 'the certificate request cannot be read, or is not signed by its own key';
    const status =
      read && typeof problem !== 'string'
        ? {
            ...request.status,
            certificate: Buffer.from(
              createRequestedCertificate({
                authority,
                request: read,
                nowMs: clock.now(),
                seconds: expirationSeconds,
                purpose,
                usages,
              }),
            ).toString('base64'),
          }
        : {
            ...request.status,
            conditions: [
              ...(request.status?.conditions ?? []),
              {
                type: 'Failed',
                status: 'True',
                reason: 'SignerValidationFailure',
                message: problem,
                lastUpdateTime: formatTime(clock.now()),
              },
            ],
          };
    operations.update(resource, { ...request, status } as StoredObject, requester, { subresource: 'status' });
  };
  const later = (name: string): void => clock.defer(() => sign(name));
  for (const { metadata } of store.table(RESOURCE).objects.values()) later(metadata.name ?? '');
  return store.subscribe((event) => {
    if (event.resource === RESOURCE && event.type !== 'DELETED') later(event.object.metadata.name ?? '');
  });
}

function isWaiting({ status }: CertificateSigningRequest): boolean {
  const has = (type: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type);
  return has('Approved') && !has('Denied') && !has('Failed') && !status?.certificate;
}
