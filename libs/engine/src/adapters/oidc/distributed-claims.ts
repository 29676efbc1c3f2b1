import { isJsonObject } from '@lotse/manifests';
import type { JWTPayload } from 'jose';
import type { JwtAuthenticator } from '../../auth/oidc/jwt-authenticator.js';
import type { Clock } from '../../clock.js';
import { fetchText } from './fetch-json.js';
import { IssuerKeys } from './issuer-keys.js';
import { unverifiedIssuer, type TokenVerifier } from './token-verifier.js';

/** Issuers that sign what sources say; it is the issuer of the ID token that points at them. */
const MOST_SIGNERS = 16;

/**
 * A claim that an ID token keeps elsewhere (OpenID Connect Core 5.6.2, `_claim_names` and `_claim_sources`): its source is asked with
 * the token's own access token, and answers with a token that its issuer has signed for the same audience.
 */
export class DistributedClaims {
  readonly #claim: string;
  readonly #issuer: JwtAuthenticator['issuer'];
  readonly #verifier: TokenVerifier;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onProblem: (issuer: string, problem: string) => void;
  readonly #keys = new Map<string, IssuerKeys>();

  constructor(
    claim: string,
    issuer: JwtAuthenticator['issuer'],
    verifier: TokenVerifier,
    clock: Pick<Clock, 'now'>,
    onProblem: (issuer: string, problem: string) => void = () => undefined,
  ) {
    this.#claim = claim;
    this.#issuer = issuer;
    this.#verifier = verifier;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Verified claims with the one that is kept elsewhere; undefined when it should be there and can't be had. */
  async added(claims: JWTPayload): Promise<JWTPayload | undefined> {
    if (Object.hasOwn(claims, this.#claim) || claims['_claim_names'] === undefined) return claims;
    try {
      const source = this.#sourceOf(claims);
      return source ? { ...claims, [this.#claim]: await this.#asked(source) } : claims;
    } catch (error) {
      this.#onProblem(this.#issuer.url, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #sourceOf({ _claim_names: names, _claim_sources: sources }: JWTPayload): Source | undefined {
    if (!isJsonObject(names) || !isJsonObject(sources))
      throw new Error('a token names claims that are elsewhere, but not where (_claim_sources)');
    const name = Object.hasOwn(names, this.#claim) ? names[this.#claim] : undefined;
    if (name === undefined) return undefined;
    const source = typeof name === 'string' && Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (!isJsonObject(source)) throw new Error('a token names a source of claims that it does not have');
    const { endpoint, access_token: accessToken } = source;
    // Claims that are brought along signed (JWT) are not taken, as in Kubernetes.
    if (typeof endpoint !== 'string' || endpoint === '') return undefined;
    return { endpoint, accessToken: typeof accessToken === 'string' ? accessToken : '' };
  }

  async #asked({ endpoint, accessToken }: Source): Promise<unknown> {
    const headers = accessToken === '' ? {} : { authorization: `Bearer ${accessToken}` };
    const token = (await fetchText(endpoint, this.#issuer.certificateAuthority, headers)).trim();
    const url = unverifiedIssuer(token);
    if (url === undefined) throw new Error(`GET ${endpoint}: the answer is no token`);
    const signer = { ...this.#issuer, url, discoveryUrl: '' };
    const claims = await this.#verifier.claimsOf(token, signer, this.#keysOf(signer));
    if (!claims) throw new Error(`GET ${endpoint}: the answer is no token that ${url} has signed for us`);
    if (!Object.hasOwn(claims, this.#claim))
      throw new Error(`GET ${endpoint}: the answer has no claim ${JSON.stringify(this.#claim)}`);
    return claims[this.#claim];
  }

  #keysOf(signer: JwtAuthenticator['issuer']): IssuerKeys {
    const known = this.#keys.get(signer.url);
    if (known) return known;
    if (this.#keys.size >= MOST_SIGNERS)
      throw new Error(`more than ${MOST_SIGNERS} issuers sign claims for ${this.#issuer.url}`);
    const keys = new IssuerKeys(signer, this.#clock, (problem) => this.#onProblem(signer.url, problem));
    this.#keys.set(signer.url, keys);
    return keys;
  }
}

interface Source {
  readonly endpoint: string;
  readonly accessToken: string;
}
