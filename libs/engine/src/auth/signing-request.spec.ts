import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuthority, createRequestedCertificate, generatePrivateKey } from './certificates.js';
import { readSigningRequest } from './signing-request.js';

/** Made with `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=joe/O=dev/O=ops`. */
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHlMIGMAgEAMCoxDDAKBgNVBAMMA2pvZTEMMAoGA1UECgwDZGV2MQwwCgYDVQQK
DANvcHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQxuLPQflHLw+6TCa0yc427
I2Chv7qXP7NsJBT1FwvEvTHpBIsl9TsE9Kn/msMwtMyrSrgnKqXDVbJyQl8rTUSc
oAAwCgYIKoZIzj0EAwIDSAAwRQIgEJP23dCmCh+YAcpigEGrfd6C09eMJsH93tr/
WT63/bICIQDEMRT41kGerUNep4aU8dNzt+hp+WGBA/ICVhIx57Iv8w==
-----END CERTIFICATE REQUEST-----
`;

describe('readSigningRequest', () => {
  it('reads subject and key of a request that its key has signed', () => {
    expect(readSigningRequest(REQUEST)).toMatchObject({ commonName: 'joe', organizations: ['dev', 'ops'] });
  });

  it('refuses requests that were changed or cut off', () => {
    const [, body = ''] = /REQUEST-----\n([^-]+)/.exec(REQUEST) ?? [];
    const bytes = Buffer.from(body, 'base64');
    const wrap = (changed: Buffer) =>
      `-----BEGIN CERTIFICATE REQUEST-----\n${changed.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    for (let index = 0; index < bytes.length; index++) {
      expect(readSigningRequest(wrap(bytes.subarray(0, index)))).toBeUndefined();
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0x41;
      const read = readSigningRequest(wrap(changed));
      // A changed signature may still be the same number written another way; nothing else may change.
      if (read) expect(read).toMatchObject({ commonName: 'joe', organizations: ['dev', 'ops'] });
    }
    expect(readSigningRequest('nothing')).toBeUndefined();
  });

  it('is certified as it asked', () => {
    const nowMs = Date.parse('2030-01-01T00:00:00Z');
    const authority = createAuthority({ key: generatePrivateKey(), nowMs });
    const request = readSigningRequest(REQUEST);
    if (!request) throw new Error('the request is readable');
    const pem = createRequestedCertificate({ authority, request, nowMs, seconds: 600, purpose: 'client' });
    const cert = new X509Certificate(pem);
    expect(cert.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(cert.toLegacyObject().subject).toMatchObject({ CN: 'joe', O: ['dev', 'ops'] });
    expect(cert.validToDate.toISOString()).toBe('2030-01-01T00:10:00.000Z');
  });
});
