import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  chooseChartVersion,
  HttpRepository,
  type ChartVersion,
  type IndexValidators,
  type RepositoryAccess,
} from '@lotse/helm';
import type { ChartFiles } from './chart-files.js';
import { type ChartOrigin, type Freshness, isFresh, type LocatedChart } from './chart-origin.js';
import type { IndexReader } from './index-reader.js';
import type { ListedChart } from './index-protocol.js';
import type { Measure } from './chart-metrics.js';

const INDEX = 'index.yaml';
const VALIDATORS = 'index.json';
/** Charts whose versions are remembered of one index; the largest public ones have some hundred. */
const MAX_REMEMBERED = 1_000;
const validatorsSchema = z.object({
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  digest: z.string(),
});

interface KnownIndex extends IndexValidators {
  readonly digest: string;
}

/** A Helm repository over HTTP: its index is on disk and read in a thread, for the charts that are asked for. */
export class HttpOrigin implements ChartOrigin {
  readonly #repository: HttpRepository;
  readonly #space: string;
  readonly #files: ChartFiles;
  readonly #reader: IndexReader;
  readonly #measure: Measure;
  #index: KnownIndex | undefined;
  #at: number | undefined;
  /** Of the present index only. */
  readonly #versions = new Map<string, Promise<readonly ChartVersion[]>>();

  constructor(
    url: string,
    space: string,
    access: RepositoryAccess,
    { files, reader, measure }: { files: ChartFiles; reader: IndexReader; measure: Measure },
  ) {
    this.#repository = new HttpRepository(url, access);
    this.#space = space;
    this.#files = files;
    this.#reader = reader;
    this.#measure = measure;
  }

  async locate(chart: string, range: string, freshness: Freshness): Promise<LocatedChart> {
    const versions = await this.#versionsOf(chart, freshness);
    const found = chooseChartVersion(new Map([[chart, versions]]), chart, range);
    const digest = found.digest?.replace(/^sha256:/i, '').toLowerCase();
    return {
      version: found.version,
      id: digest ?? this.#repository.archiveUrl(found),
      digest: digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined,
      fetch: () => this.#measure('archive', () => this.#repository.archive(found)),
    };
  }

  async versions(chart: string, freshness: Freshness): Promise<readonly string[]> {
    return (await this.#versionsOf(chart, freshness)).map(({ version }) => version);
  }

  async charts(freshness: Freshness): Promise<readonly ListedChart[]> {
    await this.#current(freshness);
    return this.#reader.charts(this.#files.path(this.#name(INDEX)));
  }

  async test(): Promise<void> {
    await this.#current({ askedAt: Date.now(), maxAgeMs: 0 });
  }

  async #versionsOf(chart: string, freshness: Freshness): Promise<readonly ChartVersion[]> {
    await this.#current(freshness);
    const known = this.#versions.get(chart);
    if (known) return known;
    const read = this.#reader.versions(this.#files.path(this.#name(INDEX)), chart);
    if (this.#versions.size >= MAX_REMEMBERED) this.#versions.clear();
    this.#versions.set(chart, read);
    read.catch(() => this.#versions.delete(chart));
    return read;
  }

  async #current(freshness: Freshness): Promise<void> {
    if (isFresh(this.#at, freshness)) return;
    // an answer is as old as its question
    const at = Date.now();
    const known = this.#index ?? (await this.#kept());
    const fetched = await this.#measure('index', () => this.#repository.index(known));
    if (fetched) await this.#keep(fetched.body, fetched);
    else this.#index = known;
    this.#at = at;
  }

  async #keep(body: Uint8Array, { etag, lastModified }: IndexValidators): Promise<void> {
    const digest = createHash('sha256').update(body).digest('hex');
    const isNew = digest !== this.#index?.digest;
    const index = { etag, lastModified, digest };
    if (isNew) await this.#files.put(this.#name(INDEX), body);
    await this.#files.put(this.#name(VALIDATORS), JSON.stringify(index));
    this.#index = index;
    if (isNew) this.#versions.clear();
  }

  /** What an earlier process fetched, if it is whole. */
  async #kept(): Promise<KnownIndex | undefined> {
    const text = await this.#files.get(this.#name(VALIDATORS));
    const body = text && (await this.#files.get(this.#name(INDEX)));
    if (!text || !body) return undefined;
    try {
      const kept = validatorsSchema.parse(JSON.parse(text.toString('utf8')));
      return createHash('sha256').update(body).digest('hex') === kept.digest ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  #name(file: string): string {
    return `${this.#space}/${file}`;
  }
}
