import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { ApiRequest } from '../api/api-request.js';
import { proxiedUser } from '../auth/proxied-user.js';
import type { CertifiedKey } from '../auth/certificates.js';
import type { UserInfo } from '../auth/user-info.js';

/** Certificates a chain may have. */
const LONGEST_CHAIN = 8;

/** Who may speak for others: an authenticating proxy. */
export interface FrontProxy {
  /** PEM: the authorities that sign the certificates of proxies. They sign for nobody else. */
  readonly ca: string;
  /** Common names of proxies; empty: every certificate of these authorities. */
  readonly allowedNames: readonly string[];
  /** The one of them whose key is here: requests are passed on to other servers with a certificate of it. */
  readonly authority?: CertifiedKey;
}

type Presented =
  { readonly kind: 'none' | 'rejected' | 'proxy' } | { readonly kind: 'user'; readonly user: UserInfo };

/** Tells who is behind a connection by the certificate it presents, which is looked at once per connection. */
export class ClientCertificates {
  /** Authorities the transport asks for. */
  readonly authorities: string[];
  readonly #clientRoots: ReadonlySet<string>;
  readonly #proxyRoots: ReadonlySet<string>;
  readonly #proxy: FrontProxy | undefined;
  readonly #seen = new WeakMap<TLSSocket, Presented>();

  constructor(clientCa: string, proxy: FrontProxy | undefined) {
    this.authorities = [clientCa, ...certificatesOf(proxy?.ca ?? '')];
    this.#clientRoots = fingerprints(clientCa);
    this.#proxyRoots = fingerprints(proxy?.ca ?? '');
    this.#proxy = proxy;
  }

  /** Looks at the certificate now: a connection that has ended no longer knows it. */
  meet(socket: TLSSocket): void {
    if (!this.#seen.has(socket)) this.#seen.set(socket, this.#presented(socket));
  }

  /** The user: the certificate's own, or whom a proxy names in its headers. */
  userOf(
    socket: TLSSocket,
    request: Pick<ApiRequest, 'header' | 'headers' | 'headerNames'>,
  ): UserInfo | 'rejected' | undefined {
    this.meet(socket);
    const presented = this.#seen.get(socket);
    if (presented?.kind === 'user') return presented.user;
    if (presented?.kind === 'proxy') return proxiedUser(request) ?? 'rejected';
    return presented?.kind === 'rejected' ? 'rejected' : undefined;
  }

  /** CN is the user, every O a group; only for certificates that the authority of clients has signed. */
  #presented(socket: TLSSocket): Presented {
    // Null on a connection that is gone already, whatever the types say.
    const certificate = socket.getPeerCertificate(true) as Partial<PeerCertificate> | null;
    if (!certificate?.raw) return { kind: 'none' };
    if (!socket.authorized) return { kind: 'rejected' };
    const { CN, O } = (certificate.subject ?? {}) as { CN?: string | string[]; O?: string | string[] };
    const [name] = [CN ?? []].flat();
    const signers = chainOf(certificate);
    const isSignedBy = (roots: ReadonlySet<string>): boolean => signers.some((one) => roots.has(one));
    if (this.#proxy && isSignedBy(this.#proxyRoots)) {
      const { allowedNames } = this.#proxy;
      if (allowedNames.length === 0 || (name !== undefined && allowedNames.includes(name)))
        return { kind: 'proxy' };
    }
    if (!isSignedBy(this.#clientRoots)) return { kind: 'rejected' };
    return name === undefined
      ? { kind: 'none' }
      : { kind: 'user', user: { user: name, groups: [O ?? []].flat() } };
  }
}

/** The fingerprints of whoever signed a certificate, up to the root. */
function chainOf(certificate: Partial<PeerCertificate>): string[] {
  const found: string[] = [];
  let next = (certificate as { issuerCertificate?: PeerCertificate }).issuerCertificate;
  for (let depth = 0; next && depth < LONGEST_CHAIN; depth++) {
    const { fingerprint256 } = next;
    if (found.includes(fingerprint256)) break;
    found.push(fingerprint256);
    next = (next as { issuerCertificate?: PeerCertificate }).issuerCertificate;
  }
  return found;
}

function certificatesOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function fingerprints(pem: string): Set<string> {
  return new Set(certificatesOf(pem).map((block) => new X509Certificate(block).fingerprint256));
}
