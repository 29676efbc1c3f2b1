import { HelmError } from '../chart/chart-error.js';
import { refuseFailure } from './answer-errors.js';
import { verifiedDigest } from './archive-digest.js';
import { authorizationOf, type ChartCredentials, type ChartTransport } from './chart-transport.js';
import { followRedirects } from './follow-redirects.js';
import { type ChartVersion, MAX_INDEX_BYTES } from './repository-index.js';

/** The largest archive that is fetched; unpacked it has the limits of any chart. */
export const MAX_ARCHIVE_BYTES = 64 * 1024 * 1024;

/** What tells whether an index is still the one that is known. */
export interface IndexValidators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** An index as it was served. */
export interface FetchedIndex extends IndexValidators {
  readonly body: Uint8Array;
}

/** An archive and the SHA-256 of it, in hex. */
export interface FetchedArchive {
  readonly archive: Uint8Array;
  readonly digest: string;
}

/** How a repository is talked to. */
export interface RepositoryAccess {
  readonly transport: ChartTransport;
  readonly credentials: ChartCredentials;
  /** Sends the credentials to whatever host the index names. */
  readonly passCredentials?: boolean;
}

/** A Helm repository over HTTP. `url` is without trailing slash. */
export class HttpRepository {
  readonly #url: string;
  readonly #access: RepositoryAccess;

  constructor(url: string, access: RepositoryAccess) {
    this.#url = url;
    this.#access = access;
  }

  /** The index; undefined when it is still the one with these validators. Throws {@link HelmError}. */
  async index(known: IndexValidators = {}): Promise<FetchedIndex | undefined> {
    const base = new URL(this.#url);
    base.pathname = `${base.pathname.replace(/\/+$/, '')}/index.yaml`;
    const response = await followRedirects(this.#access.transport, {
      method: 'GET',
      url: base.href,
      headers: {
        ...this.#authorization(),
        ...(known.etag !== undefined && { 'If-None-Match': known.etag }),
        ...(known.etag === undefined &&
          known.lastModified !== undefined && { 'If-Modified-Since': known.lastModified }),
      },
      maxBytes: MAX_INDEX_BYTES,
    });
    if (response.status === 304) return undefined;
    refuseFailure(response, `the index of ${this.#url}`, this.#hasCredentials());
    const { etag, 'last-modified': lastModified } = response.headers;
    return { body: response.body, etag, lastModified };
  }

  /** Where the archive of a version is. Throws {@link HelmError}. */
  archiveUrl({ name, version, urls }: ChartVersion): string {
    const [reference] = urls;
    const base = new URL(this.#url);
    base.pathname = `${base.pathname.replace(/\/+$/, '')}/`;
    if (reference === undefined || !URL.canParse(reference, base.href))
      throw new HelmError(
        'helm/repository-invalid',
        `the index of ${this.#url} names no address for ${name} ${version}`,
      );
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(reference)) return new URL(reference).href;
    const url = new URL(reference, base);
    // some hosts keep a token in the query, which the archives need, too
    if (url.search === '') url.search = base.search;
    return url.href;
  }

  /** The archive of a version, checked against the digest of the index. Throws {@link HelmError}. */
  async archive(version: ChartVersion): Promise<FetchedArchive> {
    const url = new URL(this.archiveUrl(version));
    const base = new URL(this.#url);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && base.protocol === 'http:'))
      throw new HelmError(
        'helm/repository-invalid',
        `the index of ${this.#url} sends to ${url.protocol}//${url.host} for ${version.name} ${version.version}, which is refused`,
      );
    const isOwn = url.origin === base.origin || this.#access.passCredentials === true;
    const response = await followRedirects(this.#access.transport, {
      method: 'GET',
      url: url.href,
      headers: isOwn ? this.#authorization() : {},
      maxBytes: MAX_ARCHIVE_BYTES,
    });
    const what = `the chart ${version.name} ${version.version} of ${this.#url}`;
    refuseFailure(response, what, isOwn && this.#hasCredentials());
    return {
      archive: response.body,
      digest: verifiedDigest(response.body, version.digest, what),
    };
  }

  #hasCredentials(): boolean {
    return authorizationOf(this.#access.credentials) !== undefined;
  }

  #authorization(): Record<string, string> {
    const header = authorizationOf(this.#access.credentials);
    return header === undefined ? {} : { Authorization: header };
  }
}
