import { createHash } from 'node:crypto';
import type { ApiRequest } from '../../api/api-request.js';
import { AuthenticationPending } from '../../auth/authentication-pending.js';
import { bearerToken, type Authenticator } from '../../auth/authenticator.js';
import type { JwtAuthenticator, SigningAlgorithm } from '../../auth/oidc/jwt-authenticator.js';
import { userOfClaims } from '../../auth/oidc/user-of-claims.js';
import type { UserInfo } from '../../auth/user-info.js';
import type { Clock } from '../../clock.js';
import { DistributedClaims } from './distributed-claims.js';
import { IssuerKeys } from './issuer-keys.js';
import { TokenVerifier, unverifiedIssuer } from './token-verifier.js';

/** Longest token that is read; those with many groups have some kilobytes. */
const LONGEST_TOKEN = 65_536;
/** A verdict is used this long for the same token (Kubernetes' token success cache). */
const REMEMBERED_MS = 10_000;
/** A refusal may be due to a key that is published a moment later. */
const REFUSED_MS = 1_000;
const MOST_REMEMBERED = 1_000;

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
  /** Undefined where no claim may come from elsewhere. */
  readonly elsewhere: DistributedClaims | undefined;
}

/** Recognises OpenID Connect ID tokens of the issuers it is told of. What an issuer has to be asked for makes a request wait. */
export class OidcTokens implements Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #verifier: TokenVerifier;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #pending = new Map<string, Promise<void>>();
  /** One request keeps its verdict, however often it is tried again. */
  readonly #decided = new WeakMap<ApiRequest, UserInfo | 'rejected'>();

  constructor({ jwt, algorithms, clock, onProblem }: OidcOptions) {
    this.#clock = clock;
    this.#verifier = new TokenVerifier(algorithms, clock);
    this.#issuers = new Map(
      jwt.map((authenticator) => {
        const { issuer, groups } = authenticator;
        const keys = new IssuerKeys(issuer, clock, (problem) => onProblem?.(issuer.url, problem));
        const elsewhere =
          groups && 'claim' in groups
            ? new DistributedClaims(groups.claim, issuer, this.#verifier, clock, onProblem)
            : undefined;
        return [issuer.url, { authenticator, keys, elsewhere }];
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
    return token.length > LONGEST_TOKEN ? undefined : this.#issuers.get(unverifiedIssuer(token) ?? '');
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

  async #judge(token: string, { authenticator, keys, elsewhere }: Issuer): Promise<Verdict> {
    const said = await this.#verifier.claimsOf(token, authenticator.issuer, keys);
    const claims = said && elsewhere ? await elsewhere.added(said) : said;
    const now = this.#clock.now();
    const endMs = (claims?.exp ?? 0) * 1000;
    const user = claims && endMs > now ? userOfClaims(authenticator, claims) : undefined;
    return user
      ? { user, untilMs: Math.min(now + REMEMBERED_MS, endMs) }
      : { user: 'rejected', untilMs: now + REFUSED_MS };
  }
}
