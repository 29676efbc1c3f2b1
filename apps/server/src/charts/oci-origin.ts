import {
  exactTag,
  HelmError,
  newestMatch,
  OciRegistry,
  ociRepositoryOf,
  tagOf,
  versionOf,
  type RepositoryAccess,
} from '@lotse/helm';
import { type ChartOrigin, type Freshness, isFresh, type LocatedChart } from './chart-origin.js';
import type { ListedChart } from './index-protocol.js';
import type { Measure } from './chart-metrics.js';

/** Charts, and tags with their manifests, that are remembered of one address. */
const MAX_REMEMBERED = 1_000;
const OFFERED = 5;

/** Charts below one address of a registry. */
export class OciOrigin implements ChartOrigin {
  readonly #origin: string;
  readonly #path: string;
  readonly #access: RepositoryAccess;
  readonly #measure: Measure;
  readonly #registries = new Map<string, OciRegistry>();
  readonly #tags = new Map<string, { readonly at: number; readonly tags: readonly string[] }>();
  readonly #manifests = new Map<string, { at: number; readonly digest: string; readonly layer: string }>();

  /** @param origin scheme and host. */
  constructor(origin: string, path: string, access: RepositoryAccess, measure: Measure) {
    this.#origin = origin;
    this.#path = path;
    this.#access = access;
    this.#measure = measure;
  }

  async locate(chart: string, range: string, freshness: Freshness): Promise<LocatedChart> {
    const registry = this.#registry(chart);
    const tag = exactTag(range) ?? (await this.#newest(chart, range, freshness));
    const { digest, layer } = await this.#manifest(registry, chart, tag, freshness);
    return {
      version: versionOf(tag),
      id: digest,
      digest: layer.slice('sha256:'.length),
      fetch: () => this.#measure('archive', () => registry.archive(layer)),
    };
  }

  async versions(chart: string, freshness: Freshness): Promise<readonly string[]> {
    return (await this.#tagsOf(chart, freshness)).map(versionOf);
  }

  /** Registries don't tell what is in them. */
  async charts(): Promise<readonly ListedChart[]> {
    return [];
  }

  async test(): Promise<void> {
    await this.#measure('ping', async () => this.#registry('').ping());
  }

  async #newest(chart: string, range: string, freshness: Freshness): Promise<string> {
    const versions = (await this.#tagsOf(chart, freshness)).map(versionOf);
    const found = newestMatch(versions, range);
    if (found !== undefined) return tagOf(found);
    const offered = versions.slice(-OFFERED).join(', ');
    throw new HelmError(
      'helm/chart-missing',
      `chart "${chart}" version "${range}" not found in ${this.#origin}/${this.#path}; some of the versions there: ${offered || 'none'}`,
    );
  }

  async #tagsOf(chart: string, freshness: Freshness): Promise<readonly string[]> {
    const known = this.#tags.get(chart);
    if (known && isFresh(known.at, freshness)) return known.tags;
    const at = Date.now();
    const tags = await this.#measure('tags', () => this.#registry(chart).tags());
    if (this.#tags.size >= MAX_REMEMBERED) this.#tags.clear();
    this.#tags.set(chart, { at, tags });
    return tags;
  }

  async #manifest(
    registry: OciRegistry,
    chart: string,
    tag: string,
    freshness: Freshness,
  ): Promise<{ readonly digest: string; readonly layer: string }> {
    const key = `${chart}:${tag}`;
    const known = this.#manifests.get(key);
    if (known && isFresh(known.at, freshness)) return known;
    const at = Date.now();
    if (known && (await this.#measure('manifest', () => registry.digestOf(tag))) === known.digest) {
      known.at = at;
      return known;
    }
    const read = await this.#measure('manifest', () => registry.manifest(tag));
    if (this.#manifests.size >= MAX_REMEMBERED) this.#manifests.clear();
    this.#manifests.set(key, { at, ...read });
    return read;
  }

  #registry(chart: string): OciRegistry {
    let registry = this.#registries.get(chart);
    if (!registry) {
      const name = chart === '' ? this.#path : ociRepositoryOf(this.#path, chart);
      if (this.#registries.size >= MAX_REMEMBERED) this.#registries.clear();
      registry = new OciRegistry(this.#origin, name, this.#access);
      this.#registries.set(chart, registry);
    }
    return registry;
  }
}
