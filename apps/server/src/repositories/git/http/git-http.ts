import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { guardedLookup, insideAddressError, isInsideAddress } from '../../addresses/address-guard.js';
import type { GitCredentials } from '../git-client.port.js';
import { GitError } from '../git.errors.js';
import { whyUnreachable } from './why-unreachable.js';

const MAX_REDIRECTS = 5;
/** A server that says nothing for this long has hung. Large repositories make a server think for a while. */
const IDLE_TIMEOUT_MS = 60_000;
const USER_AGENT = 'git/2.45 (lotse)';

/** What a transfer may do. */
export interface GitHttpOptions {
  readonly credentials: GitCredentials;
  readonly insecure: boolean;
  readonly allowInside: boolean;
  /** Bytes received over all requests of this client. */
  readonly maxBytes: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/**
 * The HTTP side of Git: checks every address at the moment of connecting and after every redirect, sends credentials
 * to the first host only, counts bytes, and gives up on silence. One instance per operation.
 */
export class GitHttp implements HttpClient {
  #received = 0;
  /** Where `info/refs` was redirected to: what follows goes there at once. */
  #movedFrom: string | undefined;
  #movedTo = '';

  constructor(private readonly options: GitHttpOptions) {}

  readonly request = async (request: GitHttpRequest): Promise<GitHttpResponse> => {
    const start =
      this.#movedFrom !== undefined && request.url.startsWith(this.#movedFrom)
        ? this.#movedTo + request.url.slice(this.#movedFrom.length)
        : request.url;
    const body = request.body ? await collect(request.body) : undefined;
    let url = new URL(start);
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send(
        url,
        new URL(request.url).origin,
        request.method ?? 'GET',
        request.headers ?? {},
        body,
      );
      const status = response.statusCode ?? 0;
      if (status < 300 || status >= 400 || response.headers.location === undefined) {
        if (redirects > 0) this.#rememberMove(request.url, url);
        await this.#throwForStatus(status, response, url);
        return {
          url: url.href,
          statusCode: status,
          statusMessage: response.statusMessage ?? '',
          headers: flatten(response),
          body: this.#counted(response),
        };
      }
      response.destroy();
      if (redirects >= MAX_REDIRECTS || body !== undefined)
        throw new GitError(
          'repository_unreachable',
          `${url.host} redirects ${body === undefined ? 'more than five times' : 'a request that can not be repeated elsewhere'}.`,
        );
      url = this.#redirected(url, response.headers.location);
    }
  };

  #redirected(from: URL, location: string): URL {
    if (!URL.canParse(location, from.href))
      throw new GitError(
        'repository_unreachable',
        `${from.host} redirects to an address that can't be read.`,
      );
    const to = new URL(location, from);
    if (to.protocol !== 'https:' && !(to.protocol === 'http:' && from.protocol === 'http:'))
      throw new GitError(
        'repository_url_denied',
        `${from.host} redirects to ${to.protocol}//${to.host}, which is refused.`,
      );
    return to;
  }

  #rememberMove(asked: string, final: URL): void {
    const suffix = '/info/refs';
    const at = asked.indexOf(suffix);
    const end = final.href.indexOf(suffix);
    if (at < 0 || end < 0) return;
    this.#movedFrom = asked.slice(0, at);
    this.#movedTo = final.href.slice(0, end);
  }

  #send(
    url: URL,
    firstOrigin: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | undefined,
  ): Promise<IncomingMessage> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!this.options.allowInside && isIP(host) !== 0 && isInsideAddress(host))
      throw insideAddressError(host);
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(url, {
        method,
        headers: {
          'User-Agent': USER_AGENT,
          ...headers,
          ...(url.origin === firstOrigin ? authorization(this.options.credentials) : {}),
          ...(body ? { 'Content-Length': String(body.length) } : {}),
        },
        lookup: guardedLookup(this.options.allowInside) as LookupFunction,
        agent: false,
        timeout: IDLE_TIMEOUT_MS,
        signal: this.options.signal,
        rejectUnauthorized: !this.options.insecure,
      });
      request.on('timeout', () =>
        request.destroy(
          new GitError('repository_timeout', `${url.host} said nothing for ${IDLE_TIMEOUT_MS / 1_000} s.`),
        ),
      );
      request.on('error', (error) => reject(this.#failure(url, error)));
      request.on('response', resolve);
      request.end(body);
    });
  }

  async *#counted(response: IncomingMessage): AsyncIterableIterator<Uint8Array> {
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        this.#received += chunk.length;
        if (this.#received > this.options.maxBytes)
          throw new GitError(
            'repository_too_large',
            `The server sends more than ${Math.round(this.options.maxBytes / 1024 / 1024)} MiB.`,
          );
        yield chunk;
      }
    } catch (error) {
      throw this.#failure(undefined, error);
    }
  }

  async #throwForStatus(status: number, response: IncomingMessage, url: URL): Promise<void> {
    if (status >= 200 && status < 300) return;
    response.destroy();
    const { origin, pathname } = url;
    const where = `${origin}${pathname.replace(/\/(info\/refs|git-upload-pack)$/, '')}`;
    const given = Object.values(this.options.credentials).some(
      (value) => value !== undefined && value !== '',
    );
    if (status === 401 || status === 403)
      throw new GitError(
        'repository_denied',
        given
          ? `${where} refuses the credentials (HTTP ${status}). Check user name and token, and that they may read this repository.`
          : `${where} wants credentials (HTTP ${status}). Register the repository with a user name and a token.`,
      );
    if (status === 404 || status === 410)
      throw new GitError(
        'repository_not_found',
        `There is no repository at ${where} (HTTP ${status})${given ? '' : ', or it is private: then register it with credentials'}.`,
      );
    const wait = response.headers['retry-after'];
    throw new GitError(
      'repository_unreachable',
      `${where} answers with HTTP ${status}${wait === undefined ? '' : `, to be tried again after ${wait}`}.`,
    );
  }

  #failure(url: URL | undefined, error: unknown): GitError {
    if (error instanceof GitError) return error;
    if (this.options.signal.aborted)
      return this.options.signal.reason instanceof GitError
        ? this.options.signal.reason
        : new GitError('repository_timeout', `Talking to ${url?.host ?? 'the server'} took too long.`, error);
    return new GitError('repository_unreachable', whyUnreachable(url, error), error);
  }
}

function authorization({ username, password, bearerToken }: GitCredentials): Record<string, string> {
  if (bearerToken !== undefined && bearerToken !== '') return { Authorization: `Bearer ${bearerToken}` };
  if (password === undefined || password === '')
    return username === undefined || username === ''
      ? {}
      : { Authorization: `Basic ${Buffer.from(`${username}:`).toString('base64')}` };
  // Hosts that take a token as the password want some user name, whichever.
  return {
    Authorization: `Basic ${Buffer.from(`${username === undefined || username === '' ? 'git' : username}:${password}`).toString('base64')}`,
  };
}

function flatten(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

async function collect(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
