import { expect, it } from 'vitest';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../auth/certificates.js';
import { certificateProblem } from './certificate-problem.js';

const nowMs = Date.UTC(2026, 0, 1);
const authority = createAuthority({ key: generatePrivateKey(), nowMs });
const other = createAuthority({ key: generatePrivateKey(), nowMs });
const { cert } = createServerCertificate({
  authority,
  key: generatePrivateKey(),
  nowMs,
  commonName: 'hook',
  names: ['hook.default.svc'],
});
const problem = (bundle: string | undefined, host = 'hook.default.svc', atMs = nowMs + 1000) =>
  certificateProblem(cert, bundle, host, atMs);

it('trusts what an authority of the bundle has signed', () => {
  expect(problem(authority.cert)).toBeUndefined();
  expect(problem(other.cert + authority.cert)).toBeUndefined();
});

it('trusts nothing that others have signed', () => {
  expect(problem(other.cert)).toContain('signed by unknown authority');
  expect(problem(undefined)).toContain('signed by unknown authority');
  expect(problem('no certificate')).toContain('signed by unknown authority');
  expect(
    certificateProblem('-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----', cert, 'x', nowMs),
  ).toContain('signed by unknown authority');
});

it('wants the name that was asked for, and a certificate of today', () => {
  expect(problem(authority.cert, 'hook.other.svc')).toContain('not valid for hook.other.svc');
  expect(problem(authority.cert, 'hook.default.svc', nowMs + 100 * 365 * 86_400_000)).toContain(
    'has expired',
  );
});
