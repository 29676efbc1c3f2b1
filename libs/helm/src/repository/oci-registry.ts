import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { HelmError } from '../chart/chart-error.js';
import { refuseFailure } from './answer-errors.js';
import { verifiedDigest } from './archive-digest.js';
import type { TransportResponse } from './chart-transport.js';
import { followRedirects } from './follow-redirects.js';
import { type FetchedArchive, MAX_ARCHIVE_BYTES, type RepositoryAccess } from './http-repository.js';
import { RegistryLogin } from './registry-login.js';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const CHART_LAYERS: ReadonlySet<string> = new Set([
  'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  'application/tar+gzip',
]);
/** A manifest names a handful of blobs; registries themselves stop at this. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
/** Pages of a thousand tags: the largest public repositories have some ten thousand. */
const MAX_PAGES = 100;
const PAGE_SIZE = 1_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What a tag leads to. */
export interface ChartManifest {
  /** Digest of the manifest, `sha256:…`. */
  readonly digest: string;
  /** Digest of the archive, `sha256:…`. */
  readonly layer: string;
}

/** The tag of a version: a registry allows no `+`. */
export function tagOf(version: string): string {
  return version.replaceAll('+', '_');
}

/** The version of a tag. */
export function versionOf(tag: string): string {
  return tag.replaceAll('_', '+');
}

/** What Helm and Argo CD take for a version: the tag of that name, also when numbers are left out. */
const VERSION = /^v?\d+(\.\d+)?(\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** The tag of a version; undefined for ranges. `1.2` is the tag 1.2: in an index of charts it would be a range. */
export function exactTag(version: string): string | undefined {
  return VERSION.test(version) ? tagOf(version) : undefined;
}

/** What to write when the newest of some versions was meant. */
function rangeHint(tag: string): string {
  const [, major, minor] = /^v?(\d+)(\.\d+)?$/.exec(tag) ?? [];
  if (major === undefined) return '';
  const range = minor === undefined ? `${major}.x` : `${major}${minor}.x`;
  return `. In a registry ${tag} is the tag of that name; ${range} is the newest of them`;
}

/** The charts of one repository in a registry, as the OCI distribution specification has it. */
export class OciRegistry {
  readonly #base: URL;
  readonly #name: string;
  readonly #access: RepositoryAccess;
  readonly #login: RegistryLogin;

  /** @param origin scheme and host of the registry, such as `https://ghcr.io`. @param name repository in it. */
  constructor(origin: string, name: string, access: RepositoryAccess) {
    this.#base = new URL(origin);
    // the short name leads to a web page, not to a registry
    if (this.#base.hostname === 'docker.io') this.#base.hostname = 'registry-1.docker.io';
    this.#name = name;
    this.#access = access;
    this.#login = new RegistryLogin(access, name === '' ? undefined : `repository:${name}:pull`);
  }

  /** Asks whether there is a registry that lets these credentials in. Throws {@link HelmError}. */
  async ping(): Promise<void> {
    const response = await this.#get('GET', '/v2/', 'application/json', MAX_PAGE_BYTES);
    refuseFailure(response, `the registry ${this.#base.host}`, this.#login.hasCredentials);
  }

  /** Every tag, in the registry's order. Throws {@link HelmError}. */
  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let next: string | undefined = `/v2/${this.#name}/tags/list?n=${PAGE_SIZE}`;
    for (let page = 0; next !== undefined; page++) {
      if (page >= MAX_PAGES) this.#invalid(`it lists its tags on more than ${MAX_PAGES} pages`);
      const response = await this.#get('GET', next, 'application/json', MAX_PAGE_BYTES);
      refuseFailure(response, `the tags of ${this.#title}`, this.#login.hasCredentials);
      const list = this.#json(response.body)['tags'];
      if (Array.isArray(list)) tags.push(...list.filter((tag) => typeof tag === 'string'));
      next = this.#nextPage(response.headers['link'], next);
    }
    return tags;
  }

  /** The digest a tag has now, without reading it where the registry tells. Throws {@link HelmError}. */
  async digestOf(tag: string): Promise<string> {
    const response = await this.#get('HEAD', this.#manifestPath(tag), MANIFEST_TYPES.join(', '), 0);
    const digest = response.headers['docker-content-digest'];
    if (response.status === 200 && digest !== undefined && DIGEST.test(digest)) return digest;
    return (await this.manifest(tag)).digest;
  }

  /** Reads a tag or digest. Throws {@link HelmError}. */
  async manifest(reference: string): Promise<ChartManifest> {
    const types = MANIFEST_TYPES.join(', ');
    const response = await this.#get('GET', this.#manifestPath(reference), types, MAX_MANIFEST_BYTES);
    refuseFailure(response, `${this.#title}:${reference}`, this.#login.hasCredentials, rangeHint(reference));
    const announced = DIGEST.test(reference) ? reference : response.headers['docker-content-digest'];
    const digest = verifiedDigest(
      response.body,
      announced !== undefined && DIGEST.test(announced) ? announced : undefined,
      `the manifest of ${this.#title}:${reference}`,
    );
    return { digest: `sha256:${digest}`, layer: this.#chartLayer(this.#json(response.body), reference) };
  }

  /** The archive with this digest (`sha256:…`). Throws {@link HelmError}. */
  async archive(layer: string): Promise<FetchedArchive> {
    const path = `/v2/${this.#name}/blobs/${layer}`;
    const response = await this.#get('GET', path, '*/*', MAX_ARCHIVE_BYTES);
    const what = `the archive of ${this.#title}`;
    refuseFailure(response, what, this.#login.hasCredentials);
    return { archive: response.body, digest: verifiedDigest(response.body, layer, what) };
  }

  get #title(): string {
    return `oci://${this.#base.host}/${this.#name}`;
  }

  #manifestPath(reference: string): string {
    return `/v2/${this.#name}/manifests/${encodeURIComponent(reference)}`;
  }

  async #get(
    method: 'GET' | 'HEAD',
    path: string,
    accept: string,
    maxBytes: number,
  ): Promise<TransportResponse> {
    const url = new URL(path, this.#base).href;
    const send = async (): Promise<TransportResponse> =>
      followRedirects(this.#access.transport, {
        method,
        url,
        headers: { Accept: accept, ...this.#login.headers() },
        maxBytes,
      });
    const response = await send();
    if (response.status !== 401) return response;
    const isAnswered = await this.#login.answer(response.headers['www-authenticate'] ?? '', url);
    return isAnswered ? send() : response;
  }

  #chartLayer(manifest: JsonObject, reference: string): string {
    const layers = Array.isArray(manifest['layers']) ? manifest['layers'].filter(isJsonObject) : [];
    const digest = layers.find(
      ({ mediaType }) => typeof mediaType === 'string' && CHART_LAYERS.has(mediaType),
    )?.['digest'];
    if (typeof digest === 'string' && DIGEST.test(digest)) return digest;
    return this.#invalid(`${reference} is no Helm chart: its manifest has no layer with one`);
  }

  #nextPage(link: string | undefined, from: string): string | undefined {
    const [, target] = /<([^<>]{1,2048})>\s*;\s*rel="?next"?/.exec(link ?? '') ?? [];
    if (target === undefined) return undefined;
    const current = new URL(from, this.#base);
    const url = URL.canParse(target, current.href) ? new URL(target, current) : undefined;
    if (url?.origin !== this.#base.origin) return this.#invalid('its next page of tags is on another host');
    return `${url.pathname}${url.search}`;
  }

  #json(body: Uint8Array): JsonObject {
    let value: JsonValue;
    try {
      value = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
    } catch {
      return this.#invalid('its answer is no JSON; is there a registry at this address?');
    }
    return isJsonObject(value) ? value : this.#invalid('its answer is no JSON object');
  }

  #invalid(why: string): never {
    throw new HelmError('helm/repository-invalid', `cannot read ${this.#title}: ${why}`);
  }
}
