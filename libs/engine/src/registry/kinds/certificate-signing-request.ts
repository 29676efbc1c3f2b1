import type { CertificateSigningRequest } from '../../types/index.js';
import { metadataWritten } from '../object-parts.js';
import type { Strategy } from '../resource.js';

type Conditions = NonNullable<NonNullable<CertificateSigningRequest['status']>['conditions']>;

/** Conditions that only the approval subresource decides. */
const DECISIONS = new Set(['Approved', 'Denied']);

const conditionsOf = ({ status }: CertificateSigningRequest): Conditions => status?.conditions ?? [];

function withConditions(
  status: CertificateSigningRequest['status'],
  conditions: Conditions,
): NonNullable<CertificateSigningRequest['status']> {
  const { conditions: _, ...rest } = status ?? {};
  return { ...rest, ...(conditions.length > 0 && { conditions }) };
}

/**
 * certificates.k8s.io/v1 CertificateSigningRequest: what was asked for, and by whom, never changes; a signer writes the
 * certificate, somebody else approves (registry/certificates strategy).
 */
export const certificateSigningRequestStrategy: Strategy<CertificateSigningRequest> = {
  generation: false,
  selectableFields: ({ spec }) => ({ 'spec.signerName': spec?.signerName ?? '' }),
  prepareForUpdate: (request, old) => ({ ...request, spec: old.spec }),
  writes: {
    status: {
      merge: (given, old) => ({
        ...old,
        metadata: metadataWritten(given, old),
        status: withConditions(given.status, [
          ...conditionsOf(old).filter(({ type }) => DECISIONS.has(type)),
          ...conditionsOf(given).filter(({ type }) => !DECISIONS.has(type)),
        ]),
      }),
    },
    approval: {
      merge: (given, old) => ({
        ...old,
        metadata: metadataWritten(given, old),
        status: withConditions(old.status, conditionsOf(given)),
      }),
    },
  },
};
