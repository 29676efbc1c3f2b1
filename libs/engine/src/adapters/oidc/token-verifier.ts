import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { SigningAlgorithm } from '../../auth/oidc/jwt-authenticator.js';
import type { Clock } from '../../clock.js';
import type { IssuerKeys, KeyFinder } from './issuer-keys.js';

/** An issuer's clock may run ahead of ours by this much (go-oidc, for `nbf`). */
const AHEAD_SECONDS = 300;
/** Keys tried for a token that does not name its own. */
const MOST_TRIED_KEYS = 16;
const GOOGLE = 'https://accounts.google.com';
/** How Google signs, too (OpenID Connect Core, GoogleIss). */
const GOOGLE_SHORT = 'accounts.google.com';

/** Who a token says has signed it, in the form issuers are known by; nothing of it is verified. Undefined for what is no token. */
export function unverifiedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return iss === GOOGLE_SHORT ? GOOGLE : iss;
  } catch {
    return undefined;
  }
}

/** Verifies tokens with the keys of their issuers. */
export class TokenVerifier {
  readonly #algorithms: string[];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(algorithms: readonly SigningAlgorithm[], clock: Pick<Clock, 'now'>) {
    this.#algorithms = [...algorithms];
    this.#clock = clock;
  }

  /** The claims of a token that its issuer has signed for one of `audiences` and for now; undefined for every other one. */
  async claimsOf(
    token: string,
    issuer: { readonly url: string; readonly audiences: readonly string[] },
    keys: IssuerKeys,
  ): Promise<JWTPayload | undefined> {
    const known = await keys.known();
    if (!known) return undefined;
    try {
      return await this.#verified(token, issuer, known);
    } catch (error) {
      // A key that is not known, or a signature that does not fit: the issuer may have changed its keys.
      if (
        !(error instanceof errors.JWKSNoMatchingKey) &&
        !(error instanceof errors.JWSSignatureVerificationFailed)
      )
        return undefined;
      const renewed = await keys.renewed(known);
      return renewed && (await this.#verified(token, issuer, renewed).catch(() => undefined));
    }
  }

  async #verified(
    token: string,
    issuer: { readonly url: string; readonly audiences: readonly string[] },
    keys: KeyFinder,
  ): Promise<JWTPayload> {
    const rules = {
      algorithms: this.#algorithms,
      issuer: issuer.url === GOOGLE ? [GOOGLE, GOOGLE_SHORT] : issuer.url,
      audience: [...issuer.audiences],
      currentDate: new Date(this.#clock.now()),
      clockTolerance: AHEAD_SECONDS,
      requiredClaims: ['exp'],
    };
    try {
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const key of error) {
        const found = await jwtVerify(token, key, rules).catch((problem: unknown) => {
          if (problem instanceof errors.JWSSignatureVerificationFailed) return undefined;
          throw problem;
        });
        if (found) return found.payload;
        if (++tried >= MOST_TRIED_KEYS) break;
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }
}
