import { isJsonObject } from '@lotse/manifests';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Clock } from '../../clock.js';
import type { JwtAuthenticator } from '../../auth/oidc/jwt-authenticator.js';
import { fetchJson } from './fetch-json.js';

/** Keys are asked for anew after this long, so that one that was withdrawn ends. */
const FRESH_MS = 10 * 60_000;
/** Keys that could not be asked for anew for this long count for nothing any more. */
const LONGEST_USE_MS = 60 * 60_000;
/** Tokens with keys nobody knows make an issuer be asked no more often than this. */
const PAUSE_MS = 5_000;
/** Keys of one issuer; two or three are usual. */
const MOST_KEYS = 100;

/** Finds the key a token was signed with. */
export type KeyFinder = ReturnType<typeof createLocalJWKSet>;

/** The public keys of one issuer: found through its description, kept, and asked for again when there is a reason. */
export class IssuerKeys {
  readonly #issuer: JwtAuthenticator['issuer'];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onProblem: (problem: string) => void;
  #keys: KeyFinder | undefined;
  #keysMs = -Infinity;
  #askedMs = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(
    issuer: JwtAuthenticator['issuer'],
    clock: Pick<Clock, 'now'>,
    onProblem: (problem: string) => void,
  ) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /**
   * The keys as they are known, which an issuer that hangs delays nobody to use; undefined while there are none, or none that
   * are young enough.
   */
  async known(): Promise<KeyFinder | undefined> {
    if (!this.#usable()) await this.#ask();
    else if (this.#clock.now() - this.#askedMs >= FRESH_MS) void this.#ask();
    return this.#usable();
  }

  /** The keys asked for anew, because those that were tried do not fit; undefined when that was done just now. */
  async renewed(tried: KeyFinder): Promise<KeyFinder | undefined> {
    if (this.#keys === tried) await this.#ask();
    return this.#keys === tried ? undefined : this.#keys;
  }

  #usable(): KeyFinder | undefined {
    return this.#clock.now() - this.#keysMs < LONGEST_USE_MS ? this.#keys : undefined;
  }

  async #ask(): Promise<void> {
    if (!this.#asking) {
      const askedMs = this.#clock.now();
      if (askedMs - this.#askedMs < PAUSE_MS) return;
      this.#askedMs = askedMs;
      this.#asking = this.#fetched()
        .then(
          (keys) => {
            this.#keys = keys;
            this.#keysMs = askedMs;
          },
          (error: unknown) => this.#onProblem(error instanceof Error ? error.message : String(error)),
        )
        .finally(() => {
          this.#asking = undefined;
        });
    }
    await this.#asking;
  }

  async #fetched(): Promise<KeyFinder> {
    const { url, discoveryUrl, certificateAuthority } = this.#issuer;
    const place =
      discoveryUrl === '' ? `${url.replace(/\/$/, '')}/.well-known/openid-configuration` : discoveryUrl;
    const description = await fetchJson(place, certificateAuthority);
    if (!isJsonObject(description) || description['issuer'] !== url)
      throw new Error(`${place} does not describe the issuer ${JSON.stringify(url)}`);
    const { jwks_uri: keysUrl } = description;
    if (typeof keysUrl !== 'string') throw new Error(`${place} has no jwks_uri`);
    const set = await fetchJson(keysUrl, certificateAuthority);
    const keys = isJsonObject(set) && Array.isArray(set['keys']) ? set['keys'] : [];
    if (keys.length === 0 || keys.length > MOST_KEYS || !keys.every(isJsonObject))
      throw new Error(`${keysUrl} has no keys, or more than ${MOST_KEYS}`);
    return createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
  }
}
