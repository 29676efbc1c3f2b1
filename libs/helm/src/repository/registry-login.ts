import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { HelmError } from '../chart/chart-error.js';
import { refuseFailure } from './answer-errors.js';
import { authorizationOf } from './chart-transport.js';
import { followRedirects } from './follow-redirects.js';
import type { RepositoryAccess } from './http-repository.js';

const MAX_TOKEN_BYTES = 256 * 1024;
const MAX_CHALLENGE_LENGTH = 4_096;

/** Answers a registry's challenges: asks its token service, or shows user name and password. */
export class RegistryLogin {
  readonly #access: RepositoryAccess;
  readonly #scope: string | undefined;
  #header: string | undefined;

  constructor(access: RepositoryAccess, scope: string | undefined) {
    this.#access = access;
    this.#scope = scope;
    const { bearerToken = '' } = access.credentials;
    if (bearerToken !== '') this.#header = authorizationOf({ bearerToken });
  }

  get hasCredentials(): boolean {
    return authorizationOf(this.#access.credentials) !== undefined;
  }

  /** What a request has to carry as far as it is known. */
  headers(): Record<string, string> {
    return this.#header === undefined ? {} : { Authorization: this.#header };
  }

  /** Takes a challenge; true when a request is worth another try. Throws {@link HelmError}. */
  async answer(challenge: string, asked: string): Promise<boolean> {
    const before = this.#header;
    const text = challenge.slice(0, MAX_CHALLENGE_LENGTH);
    if (/^basic\b/i.test(text))
      this.#header = authorizationOf({ ...this.#access.credentials, bearerToken: '' });
    else if (/^bearer\b/i.test(text)) this.#header = `Bearer ${await this.#token(text, asked)}`;
    return this.#header !== undefined && this.#header !== before;
  }

  async #token(challenge: string, asked: string): Promise<string> {
    const { realm = '', service, scope = this.#scope } = parameters(challenge);
    const { origin, protocol } = new URL(asked);
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    // a registry over https that sends the password to a service without is not trusted with it
    if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && protocol === 'http:')))
      throw new HelmError(
        'helm/repository-invalid',
        `${origin} names ${JSON.stringify(realm.slice(0, 200))} as its token service, which can't be used`,
      );
    if (service !== undefined) url.searchParams.set('service', service);
    if (scope !== undefined) url.searchParams.set('scope', scope);
    const basic = authorizationOf({ ...this.#access.credentials, bearerToken: '' });
    const response = await followRedirects(this.#access.transport, {
      method: 'GET',
      url: url.href,
      headers: basic === undefined ? {} : { Authorization: basic },
      maxBytes: MAX_TOKEN_BYTES,
    });
    refuseFailure(response, `the token service of ${origin}`, basic !== undefined);
    const token = tokenOf(response.body);
    if (token !== undefined) return token;
    throw new HelmError('helm/repository-invalid', `the token service of ${origin} gave no token`);
  }
}

function tokenOf(body: Uint8Array): string | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
    if (!isJsonObject(value)) return undefined;
    const token = value['token'] ?? value['access_token'];
    // what is no token must not become a header of its own
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

function parameters(challenge: string): { realm?: string; service?: string; scope?: string } {
  const found: { realm?: string; service?: string; scope?: string } = {};
  for (const [, name = '', value = ''] of challenge.matchAll(/\b(realm|service|scope)="([^"]*)"/gi)) {
    const key = name.toLowerCase();
    if (key === 'realm' || key === 'service' || key === 'scope') found[key] ??= value;
  }
  return found;
}
