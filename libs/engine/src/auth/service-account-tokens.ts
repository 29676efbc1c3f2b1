import { goQuote } from '../registry/go-quote.js';
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Store } from '../store/store.js';
import { objectName } from '../store/stored-object.js';
import type { ApiRequest } from '../api/api-request.js';
import type { Secret, ServiceAccount } from '../types/index.js';
import { LEGACY_ISSUER, legacyClaims, legacyUser, type LegacyClaims } from './legacy-tokens.js';
import { bearerToken, type Authenticator } from './authenticator.js';
import type { UserInfo } from './user-info.js';

/** Who issues tokens, and the audience of the API itself. */
export const SERVICE_ACCOUNT_ISSUER = 'https://kubernetes.default.svc.cluster.local';
/** Longest token that is read; real ones are about a kilobyte. */
const LONGEST_TOKEN = 16_384;

/** What binds a token to another object: it ends with it. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

/** What a token says. */
export interface TokenRequestOptions {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly bound?: BoundObject;
  /** Where the pod runs that it is bound to. */
  readonly node?: { readonly name: string; readonly uid?: string };
}

/** What tokens are made with. */
export interface TokenSurroundings {
  readonly store: Store;
  readonly clock: Clock;
  /** PEM of an EC P-256 private key. Tokens outlive a restart only if the key does. */
  readonly key: string;
}

interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly jti?: string;
  readonly 'kubernetes.io'?: {
    readonly namespace?: string;
    readonly serviceaccount?: { readonly name?: string; readonly uid?: string };
    readonly pod?: { readonly name?: string; readonly uid?: string };
    readonly secret?: { readonly name?: string; readonly uid?: string };
    readonly node?: { readonly name?: string; readonly uid?: string };
  };
}

/** Issues and recognises the tokens of service accounts: JWTs signed with ES256, as bound tokens of Kubernetes are. */
export class ServiceAccountTokens implements Authenticator {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId: string;
  #issued = 0;
  /** Told of every request that came with the token of a secret. */
  onSecretUse: (secret: Secret) => void = () => undefined;

  constructor({ store, clock, key }: TokenSurroundings) {
    this.#store = store;
    this.#clock = clock;
    this.#privateKey = createPrivateKey(key);
    this.#publicKey = createPublicKey(this.#privateKey);
    const spki = this.#publicKey.export({ type: 'spki', format: 'der' });
    this.#keyId = createHash('sha256').update(spki).digest('base64url');
  }

  /** A signed token. */
  issue({ namespace, name, uid, audiences, expirationSeconds, bound, node }: TokenRequestOptions): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const claims: Claims & { iat: number } = {
      aud: audiences.length > 0 ? audiences : [SERVICE_ACCOUNT_ISSUER],
      exp: now + expirationSeconds,
      iat: now,
      iss: SERVICE_ACCOUNT_ISSUER,
      jti: createHash('sha256')
        .update(`${this.#keyId} ${now} ${uid} ${++this.#issued}`)
        .digest('hex')
        .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5'),
      'kubernetes.io': {
        namespace,
        ...(node && { node: { name: node.name, ...(node.uid !== undefined && { uid: node.uid }) } }),
        ...(bound && { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
        serviceaccount: { name, uid },
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    return this.#signed(claims);
  }

  /** The token that is kept in a secret: it ends with that secret. */
  issueFor(secret: Secret, account: ServiceAccount): string {
    return this.#signed(legacyClaims(account, secret));
  }

  #signed(claims: Claims | LegacyClaims): string {
    const header = { alg: 'ES256', kid: this.#keyId };
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${encode(header)}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(body), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    return `${body}.${signature.toString('base64url')}`;
  }

  authenticate(request: ApiRequest): UserInfo | 'rejected' | undefined {
    const token = bearerToken(request);
    if (token === undefined || token.split('.').length !== 3) return undefined;
    const claims = this.#verified(token);
    if (claims?.iss === LEGACY_ISSUER) {
      const found = legacyUser(claims as Partial<LegacyClaims>, token, this.#store);
      if (found) this.onSecretUse(found.secret);
      return found?.user ?? 'rejected';
    }
    if (claims?.iss !== SERVICE_ACCOUNT_ISSUER) return undefined;
    return this.#userOf(claims) ?? 'rejected';
  }

  /**
   * Who a token is, and for which of the audiences that are asked for: a TokenReview. Undefined for texts that are none of these
   * tokens; a text says why one is not taken.
   */
  review(
    token: string,
    audiences: readonly string[],
  ): { readonly user: UserInfo; readonly audiences: readonly string[] } | string | undefined {
    const claims = token.split('.').length === 3 ? this.#verified(token) : undefined;
    const isLegacy = claims?.iss === LEGACY_ISSUER;
    if (!isLegacy && claims?.iss !== SERVICE_ACCOUNT_ISSUER) return undefined;
    const own = isLegacy ? [SERVICE_ACCOUNT_ISSUER] : (claims.aud ?? []);
    const common = audiences.filter((audience) => own.includes(audience));
    if (common.length === 0)
      return `[invalid bearer token, token audiences ${goList(own)} is invalid for the target audiences ${goList(audiences)}]`;
    const user = isLegacy
      ? legacyUser(claims as Partial<LegacyClaims>, token, this.#store)?.user
      : this.#userOf(claims, common);
    return user ? { user, audiences: common } : 'invalid bearer token';
  }

  /** `GET /openid/v1/jwks`. */
  jwks(): object {
    return {
      keys: [{ ...this.#publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: this.#keyId }],
    };
  }

  /** `GET /.well-known/openid-configuration`. */
  configuration(): object {
    return {
      issuer: SERVICE_ACCOUNT_ISSUER,
      jwks_uri: `${SERVICE_ACCOUNT_ISSUER}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }

  /** The claims of a token that this key signed with the algorithm it is for; undefined for every other text. */
  #verified(token: string): Claims | undefined {
    if (token.length > LONGEST_TOKEN) return undefined;
    const [header = '', claims = '', signature = ''] = token.split('.');
    try {
      const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
        alg?: string;
        kid?: string;
      };
      if (alg !== 'ES256' || kid !== this.#keyId) return undefined;
      const signed = verify(
        'sha256',
        Buffer.from(`${header}.${claims}`),
        { key: this.#publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      );
      return signed ? (JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims) : undefined;
    } catch {
      return undefined;
    }
  }

  #userOf(claims: Claims, audiences: readonly string[] = [SERVICE_ACCOUNT_ISSUER]): UserInfo | undefined {
    const now = this.#clock.now() / 1000;
    if ((claims.exp ?? 0) <= now || (claims.nbf ?? 0) > now + 60) return undefined;
    if (!audiences.some((audience) => claims.aud?.includes(audience))) return undefined;
    const { namespace = '', serviceaccount, pod, secret, node } = claims['kubernetes.io'] ?? {};
    const { name = '', uid } = serviceaccount ?? {};
    const lives = (
      resource: '/serviceaccounts' | '/pods' | '/secrets' | '/nodes',
      object: { readonly name?: string; readonly uid?: string } | undefined,
    ): boolean => {
      const at = objectName(resource === '/nodes' ? undefined : namespace, object?.name ?? '');
      return object === undefined || this.#store.get(resource, at)?.metadata.uid === object.uid;
    };
    if (!lives('/serviceaccounts', { name, ...(uid !== undefined && { uid }) })) return undefined;
    if (!lives('/pods', pod) || !lives('/secrets', secret)) return undefined;
    // The node of a pod is only told; a token bound to a node ends with it.
    if (pod === undefined && !lives('/nodes', node)) return undefined;
    const extra: Record<string, string[]> = {};
    if (claims.jti) extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims.jti}`];
    if (pod?.name && pod.uid) {
      extra['authentication.kubernetes.io/pod-name'] = [pod.name];
      extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
    }
    if (node?.name) extra['authentication.kubernetes.io/node-name'] = [node.name];
    if (node?.uid) extra['authentication.kubernetes.io/node-uid'] = [node.uid];
    return {
      user: `system:serviceaccount:${namespace}:${name}`,
      ...(uid !== undefined && { uid }),
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
      extra,
    };
  }
}

/** A list of texts as Go prints it. */
const goList = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`;
