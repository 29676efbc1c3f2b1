import {
  createAuthority,
  createClientCertificate,
  createServerCertificate,
  generatePrivateKey,
} from '../../auth/certificates.js';

/** A certificate and its key. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority and a server certificate of it for the loopback address. */
export function testCertificates(): { authority: Identity; tls: Identity & { readonly ca: string } } {
  const nowMs = Date.now();
  const authority = createAuthority({ key: generatePrivateKey(), nowMs });
  const { key, cert } = createServerCertificate({
    authority,
    key: generatePrivateKey(),
    nowMs,
    commonName: 'api',
    names: ['127.0.0.1'],
  });
  return { authority, tls: { key, cert, ca: authority.cert } };
}

/** Somebody who may do everything, where this authority is believed. */
export function adminOf(authority: Identity): Identity {
  const groups = ['system:masters'];
  const key = generatePrivateKey();
  return createClientCertificate({ authority, key, nowMs: Date.now(), user: 'admin', groups });
}
