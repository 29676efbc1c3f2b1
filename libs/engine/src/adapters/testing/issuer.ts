import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../../auth/certificates.js';

/** What one request to an issuer is answered with instead of what it has to say. */
export type Answer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
};

/** A key pair of an issuer. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** An OpenID Connect issuer on loopback, over HTTPS with an authority of its own. For tests. */
export class TestIssuer {
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** Keys it publishes. */
  keys: SigningKey[] = [];
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** Overrides the answer to a path. */
  readonly answers = new Map<string, Answer>();
  /** Paths whose requests hang. */
  readonly silent = new Set<string>();
  readonly closeConnections: () => void;
  readonly close: () => Promise<void>;

  private constructor(url: string, ca: string, closeConnections: () => void, close: () => Promise<void>) {
    this.url = url;
    this.ca = ca;
    this.closeConnections = closeConnections;
    this.close = close;
  }

  static async start(): Promise<TestIssuer> {
    const nowMs = Date.now();
    const authority = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'issuers' });
    const names = ['127.0.0.1', 'localhost'];
    const tls = createServerCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      commonName: 'issuer',
      names,
    });
    const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
      const path = request.url ?? '/';
      issuer.asked.push(path);
      if (issuer.silent.has(path)) return;
      const { status, headers, body } = issuer.answers.get(path) ?? issuer.#answer(path);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    const issuer = new TestIssuer(
      `https://127.0.0.1:${port}`,
      authority.cert,
      () => server.closeAllConnections(),
      close,
    );
    issuer.keys = [await signingKey('first')];
    return issuer;
  }

  /** A token with these claims beside the usual ones, signed by the first key unless another is given. */
  async token(
    claims: Readonly<Record<string, unknown>> = {},
    key: SigningKey | undefined = this.keys[0],
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    if (!key) throw new Error('the issuer has no key');
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: 'lotse', sub: 'jane', iat: now, exp: now + 600, ...claims };
    return await new SignJWT(all)
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
      .sign(key.privateKey);
  }

  #answer(path: string): Answer {
    if (path === '/.well-known/openid-configuration')
      return {
        status: 200,
        body: JSON.stringify({
          issuer: this.url,
          jwks_uri: `${this.url}/keys`,
          response_types_supported: [],
        }),
      };
    if (path === '/keys')
      return { status: 200, body: JSON.stringify({ keys: this.keys.map(({ publicJwk }) => publicJwk) }) };
    return { status: 404, body: '{}' };
  }
}

/** A new key pair. */
export async function signingKey(kid: string, algorithm = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return {
    kid,
    algorithm,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
  };
}
