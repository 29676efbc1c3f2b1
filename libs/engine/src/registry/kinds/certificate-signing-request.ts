import type { CertificateSigningRequest } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { KEY_USAGES } from '../../auth/requested-usages.js';
import { readSigningRequest } from '../../auth/signing-request.js';
import { duplicate, invalidValue, notSupported, required } from '../field-errors.js';
import { withToldStatus } from '../object-parts.js';
import { validateSignerName } from '../validation/signer-name.js';
import {
  keptDecisions,
  validateDecision,
  validateIssue,
  withTimes,
} from '../validation/status/signing-request-status.js';
import type { Strategy } from '../resource.js';

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const SHORTEST_SECONDS = 600;

/** What is wrong with what is asked for (apis/certificates/validation). */
function requestErrors({ spec }: CertificateSigningRequest): FieldError[] {
  // A client may have left out what the types say is always there.
  const given: Partial<typeof spec> = spec ?? {};
  const { request = '', usages = [], signerName = '', expirationSeconds } = given;
  const errors: FieldError[] = [];
  const pem = Buffer.from(request, 'base64').toString();
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----'))
    errors.push(invalidValue('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST'));
  else if (!readSigningRequest(pem))
    errors.push(
      invalidValue('spec.request', request, 'the request is malformed, or not signed by its own key'),
    );
  if (usages.length === 0) errors.push(required('spec.usages'));
  for (const [index, usage] of usages.entries()) {
    if (!KEY_USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${index}]`, usage, KEY_USAGES));
    if (usages.indexOf(usage) < index) errors.push(duplicate(`spec.usages[${index}]`, usage));
  }
  if (signerName === LEGACY_SIGNER)
    errors.push(
      invalidValue(
        'spec.signerName',
        signerName,
        'the legacy signerName is not allowed via this API version',
      ),
    );
  else errors.push(...validateSignerName(signerName, 'spec.signerName'));
  if (expirationSeconds !== undefined && expirationSeconds < SHORTEST_SECONDS)
    errors.push(
      invalidValue(
        'spec.expirationSeconds',
        expirationSeconds,
        'may not specify a duration less than 600 seconds (10 minutes)',
      ),
    );
  return errors;
}

/**
 * certificates.k8s.io/v1 CertificateSigningRequest: what was asked for, and by whom, never changes; a signer writes the
 * certificate, somebody else approves (registry/certificates strategy).
 */
export const certificateSigningRequestStrategy: Strategy<CertificateSigningRequest> = {
  generation: false,
  selectableFields: ({ spec }) => ({ 'spec.signerName': spec?.signerName ?? '' }),
  prepareForUpdate: (request, old) => ({ ...request, spec: old.spec }),
  validate: requestErrors,
  // What is asked for never changes, and was looked at.
  validateUpdate: () => [],
  validatesUpdateAlone: true,
  writes: {
    status: {
      merge: (given, old, { nowMs }) =>
        withToldStatus(given, old, withTimes(given.status, keptDecisions(given, old), old, nowMs)),
      validate: validateIssue,
    },
    approval: {
      merge: (given, old, { nowMs }) =>
        withToldStatus(given, old, withTimes(old.status, given.status?.conditions ?? [], old, nowMs)),
      validate: validateDecision,
    },
  },
};
