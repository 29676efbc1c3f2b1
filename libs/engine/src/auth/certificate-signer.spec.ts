import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';
import type { CertificateSigningRequest } from '../types/index.js';
import { signApprovedRequests } from './certificate-signer.js';
import { createAuthority, generatePrivateKey } from './certificates.js';
import { NAMED, PLAIN } from './testing/signing-requests.js';

const SIGNER = 'kubernetes.io/';

/** What comes of a request that is made and approved: its certificate, why it failed, or why it was refused. */
function outcome(
  signerName: string,
  usages: string[],
  request: string,
  more: object = {},
): X509Certificate | string {
  const cluster = createCluster({ controllers: [] });
  const authority = createAuthority({ key: generatePrivateKey(), nowMs: cluster.clock.now() });
  signApprovedRequests({ ...cluster, authority });
  const resource = cluster.registry.findKind('certificates.k8s.io/v1', 'CertificateSigningRequest');
  if (!resource) throw new Error('no such kind');
  const object = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r' },
    spec: { signerName, usages, request: Buffer.from(request).toString('base64'), ...more },
  };
  const read = () =>
    cluster.store.get('certificates.k8s.io/certificatesigningrequests', '/r') as CertificateSigningRequest;
  try {
    cluster.operations.create(resource, object as StoredObject, { user: 'n1' });
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Test' }];
    const approved = { ...read(), status: { conditions } };
    cluster.operations.update(resource, approved, { user: 'admin' }, { subresource: 'approval' });
  } catch (error) {
    if (isApiError(error)) return error.message;
    throw error;
  }
  cluster.settle();
  const { status } = read();
  if (status?.certificate) return new X509Certificate(Buffer.from(status.certificate, 'base64'));
  const failed = (status?.conditions ?? []).find(({ type }) => type === 'Failed');
  return failed ? `${failed.reason}: ${failed.message}` : 'nothing';
}

describe('an approved request', () => {
  it('for a kubelet that serves is certified with its names', () => {
    const made = outcome(
      `${SIGNER}kubelet-serving`,
      ['digital signature', 'key encipherment', 'server auth'],
      NAMED,
    );
    if (typeof made === 'string') throw new Error(made);
    expect([made.checkHost('n1.example'), made.checkIP('10.0.0.7')]).toEqual(['n1.example', '10.0.0.7']);
    expect(made.subject).toContain('CN=system:node:n1');
    expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it.each<[string, string[], string, string]>([
    ['kube-apiserver-client', ['server auth'], PLAIN, 'invalid usage for client certificate: server auth'],
    [
      'kube-apiserver-client',
      ['digital signature'],
      PLAIN,
      'missing required usage for client certificate: client auth',
    ],
    ['kubelet-serving', ['digital signature', 'server auth'], PLAIN, 'DNS or IP subjectAltName is required'],
    [
      'kubelet-serving',
      ['server auth'],
      NAMED,
      'usages did not match [digital signature key encipherment server auth]',
    ],
    [
      'kube-apiserver-client-kubelet',
      ['digital signature', 'client auth'],
      NAMED,
      'DNS subjectAltNames are not allowed',
    ],
  ])('for %s and %j fails', (signer, usages, request, problem) => {
    expect(outcome(SIGNER + signer, usages, request)).toBe(`SignerValidationFailure: ${problem}`);
  });

  it('is left to others whose signer it names', () => {
    expect(outcome('example.com/own', ['client auth'], PLAIN)).toBe('nothing');
  });
});

it.each<[string, string[], string, object, string]>([
  ['legacy-unknown', ['client auth'], PLAIN, {}, 'the legacy signerName is not allowed via this API version'],
  ['kube-apiserver-client', [], PLAIN, {}, 'spec.usages: Required value'],
  ['kube-apiserver-client', ['fly'], PLAIN, {}, 'spec.usages[0]: Unsupported value: "fly"'],
  ['kube-apiserver-client', ['any', 'any'], PLAIN, {}, 'spec.usages[1]: Duplicate value: "any"'],
  ['kube-apiserver-client', ['any'], 'hello', {}, 'PEM block type must be CERTIFICATE REQUEST'],
  [
    'kube-apiserver-client',
    ['client auth'],
    PLAIN,
    { expirationSeconds: 599 },
    'may not specify a duration less than 600 seconds',
  ],
])('a request for %s and %j is refused', (signer, usages, request, more, problem) => {
  expect(outcome(SIGNER + signer, usages, request, more)).toContain(problem);
});
