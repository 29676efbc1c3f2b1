import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  apiServerNames,
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  generatePrivateKey,
} from './certificates.js';

const nowMs = Date.parse('2030-01-01T00:00:00Z');
const authority = createAuthority({ key: generatePrivateKey(), nowMs });

describe('certificates', () => {
  it('makes an authority that signs itself', () => {
    const cert = new X509Certificate(authority.cert);
    expect(cert.subject).toBe('CN=kubernetes');
    expect(cert.ca).toBe(true);
    expect(cert.checkIssued(cert)).toBe(true);
    expect(cert.verify(cert.publicKey)).toBe(true);
    expect(cert.validToDate.toISOString()).toBe('2039-12-30T00:00:00.000Z');
  });

  it('makes server certificates for names and addresses', () => {
    const names = apiServerNames('api.example.org');
    const made = createServerCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      commonName: 'kube-apiserver',
      names,
    });
    const cert = new X509Certificate(made.cert);
    expect(cert.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(cert.checkIssued(new X509Certificate(authority.cert))).toBe(true);
    expect(cert.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(cert.checkHost('api.example.org')).toBe('api.example.org');
    expect(cert.checkHost('evil.example.org')).toBeUndefined();
    expect(cert.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(cert.checkIP('::1')).toBe('::1');
  });

  it('names the issuer as the authority names itself', () => {
    const own = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'Our CA' });
    const made = createClientCertificate({
      authority: own,
      key: generatePrivateKey(),
      nowMs,
      user: 'u',
      groups: [],
    });
    const cert = new X509Certificate(made.cert);
    expect(cert.issuer).toBe('CN=Our CA');
    expect(cert.checkIssued(new X509Certificate(own.cert))).toBe(true);
  });

  it('puts user and groups into client certificates', () => {
    const groups = ['dev', 'ops'];
    const made = createClientCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      user: 'böb',
      groups,
    });
    const cert = new X509Certificate(made.cert);
    expect(cert.toLegacyObject().subject).toMatchObject({ CN: 'böb', O: ['dev', 'ops'] });
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it.each([
    ['127.0.0.1', '7f000001'],
    ['::1', '00000000000000000000000000000001'],
    ['fd00::5:1', 'fd000000000000000000000000050001'],
    ['300.1.1.1', undefined],
    ['localhost', undefined],
    ['1::2::3', undefined],
  ])('reads the address %s as %s', (text, hex) => {
    expect(addressBytes(text)?.toString('hex')).toBe(hex);
  });
});
