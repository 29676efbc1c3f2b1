import { createHash } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { ApiRequest } from '../../api/api-request.js';
import { AuthenticationPending } from '../../auth/authentication-pending.js';
import { bearerToken, type Authenticator } from '../../auth/authenticator.js';
import type { JwtAuthenticator, SigningAlgorithm } from '../../auth/oidc/jwt-authenticator.js';
import { userOfClaims } from '../../auth/oidc/user-of-claims.js';
import type { UserInfo } from '../../auth/user-info.js';
import type { Clock } from '../../clock.js';
import { IssuerKeys, type KeyFinder } from './issuer-keys.js';

/** Longest token that is read; those with many groups have some kilobytes. */
const LONGEST_TOKEN = 65_536;
/** A verdict is used this long for the same token (Kubernetes' token success cache). */
const REMEMBERED_MS = 10_000;
/** A refusal may be due to a key that is published a moment later. */
const REFUSED_MS = 1_000;
const MOST_REMEMBERED = 1_000;
/** An issuer's clock may run ahead of ours by this much (go-oidc, for `nbf`). */
const AHEAD_SECONDS = 300;
/** Keys tried for a token that does not name its own. */
const MOST_TRIED_KEYS = 16;

/** What ID tokens are judged by. */
export interface OidcOptions {
  readonly jwt: readonly JwtAuthenticator[];
  readonly algorithms: readonly SigningAlgorithm[];
  readonly clock: Pick<Clock, 'now'>;
  /** Told when an issuer can't be asked for its keys. Never holds anything of a token. */
  readonly onProblem?: (issuer: string, problem: string) => void;
}

interface Verdict {
  readonly user: UserInfo | 'rejected';
  readonly untilMs: number;
}

interface Issuer {
  readonly authenticator: JwtAuthenticator;
  readonly keys: IssuerKeys;
}

/** Recognises OpenID Connect ID tokens of the issuers it is told of. What an issuer has to be asked for makes a request wait. */
export class OidcTokens implements Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #algorithms: string[];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #pending = new Map<string, Promise<void>>();
  /** One request keeps its verdict, however often it is tried again. */
  readonly #decided = new WeakMap<ApiRequest, UserInfo | 'rejected'>();

  constructor({ jwt, algorithms, clock, onProblem }: OidcOptions) {
    this.#clock = clock;
    this.#algorithms = [...algorithms];
    this.#issuers = new Map(
      jwt.map((authenticator) => {
        const { url } = authenticator.issuer;
        const keys = new IssuerKeys(authenticator.issuer, clock, (problem) => onProblem?.(url, problem));
        return [url, { authenticator, keys }];
      }),
    );
  }

  authenticate(request: ApiRequest): UserInfo | 'rejected' | undefined {
    const token = bearerToken(request);
    const issuer = token === undefined ? undefined : this.#issuerOf(token);
    if (token === undefined || !issuer) return undefined;
    const decided = this.#decided.get(request);
    if (decided) return decided;
    const digest = createHash('sha256').update(token).digest('base64');
    const verdict = this.#verdicts.get(digest);
    if (!verdict || verdict.untilMs <= this.#clock.now())
      throw new AuthenticationPending(this.#judged(digest, token, issuer));
    this.#decided.set(request, verdict.user);
    return verdict.user;
  }

  #issuerOf(token: string): Issuer | undefined {
    if (token.length > LONGEST_TOKEN) return undefined;
    try {
      const { iss } = decodeJwt(token);
      return this.#issuers.get(iss === 'accounts.google.com' ? 'https://accounts.google.com' : (iss ?? ''));
    } catch {
      return undefined;
    }
  }

  async #judged(digest: string, token: string, issuer: Issuer): Promise<void> {
    let pending = this.#pending.get(digest);
    if (!pending) {
      pending = this.#judge(token, issuer)
        .then((verdict) => this.#remember(digest, verdict))
        .finally(() => this.#pending.delete(digest));
      this.#pending.set(digest, pending);
    }
    await pending;
  }

  #remember(digest: string, verdict: Verdict): void {
    this.#verdicts.delete(digest);
    if (this.#verdicts.size >= MOST_REMEMBERED) {
      const [oldest = ''] = this.#verdicts.keys();
      this.#verdicts.delete(oldest);
    }
    this.#verdicts.set(digest, verdict);
  }

  async #judge(token: string, { authenticator, keys }: Issuer): Promise<Verdict> {
    const claims = await this.#claimsOf(token, authenticator, keys);
    const now = this.#clock.now();
    const endMs = (claims?.exp ?? 0) * 1000;
    const user = claims && endMs > now ? userOfClaims(authenticator, claims) : undefined;
    return user
      ? { user, untilMs: Math.min(now + REMEMBERED_MS, endMs) }
      : { user: 'rejected', untilMs: now + REFUSED_MS };
  }

  /** The claims of a token that its issuer has signed for us and for now; undefined for every other one. */
  async #claimsOf(
    token: string,
    authenticator: JwtAuthenticator,
    keys: IssuerKeys,
  ): Promise<JWTPayload | undefined> {
    const known = await keys.known();
    if (!known) return undefined;
    try {
      return await this.#verified(token, authenticator, known);
    } catch (error) {
      // A key that is not known, or a signature that does not fit: the issuer may have changed its keys.
      if (
        !(error instanceof errors.JWKSNoMatchingKey) &&
        !(error instanceof errors.JWSSignatureVerificationFailed)
      )
        return undefined;
      const renewed = await keys.renewed(known);
      return renewed && (await this.#verified(token, authenticator, renewed).catch(() => undefined));
    }
  }

  async #verified(token: string, { issuer }: JwtAuthenticator, keys: KeyFinder): Promise<JWTPayload> {
    const rules = {
      algorithms: this.#algorithms,
      issuer: issuer.url === 'https://accounts.google.com' ? [issuer.url, 'accounts.google.com'] : issuer.url,
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
