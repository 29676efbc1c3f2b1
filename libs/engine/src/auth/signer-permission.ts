import { forbidden } from '../api/api-error.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { CertificateSigningRequest } from '../types/index.js';
import type { Authorizer } from './authorizer.js';
import type { UserInfo } from './user-info.js';

const GROUP = 'certificates.k8s.io';
const RESOURCE = 'certificatesigningrequests';

/**
 * Refuses to let a user approve for, or sign in the name of, a signer without the verb `approve` or `sign` on it or on its
 * domain, such as `example.com/*` (plugin/pkg/admission/certificates approval and signing).
 */
export function refuseForeignSigner(
  authorizer: Authorizer,
  user: UserInfo,
  { resource, subresource }: { readonly resource: ResourceInfo; readonly subresource: string },
  given: StoredObject,
  old: StoredObject | undefined,
): void {
  if (resource.group !== GROUP || resource.resource !== RESOURCE || !old) return;
  const { spec, status, metadata } = old as CertificateSigningRequest;
  const isSigned = (given as CertificateSigningRequest).status?.certificate !== status?.certificate;
  const verb =
    subresource === 'approval' ? 'approve' : subresource === 'status' && isSigned ? 'sign' : undefined;
  if (verb === undefined) return;
  const { signerName } = spec;
  const may = (name: string): boolean =>
    authorizer.authorize({
      user,
      verb,
      group: GROUP,
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    }).allowed;
  if (may(signerName) || may(`${signerName.split('/')[0]}/*`)) return;
  throw forbidden(
    resource,
    metadata.name ?? '',
    `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`,
  );
}
