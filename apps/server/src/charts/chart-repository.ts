import { CodedError } from '@lotse/manifests';
import { KeyedMutex } from '../repositories/git/keyed-mutex.js';
import { FailureMemory } from '../repositories/failure-memory.js';
import type { ChartFiles } from './chart-files.js';
import type { ChartOrigin, Freshness, LocatedChart } from './chart-origin.js';
import type { FetchedChart } from './chart-fetcher.port.js';
import type { ListedChart } from './index-protocol.js';

/** Ranges whose last answer is remembered. */
const MAX_ANSWERS = 10_000;
const MISSING = 'missing';

/** A chart and the range of versions somebody wants of it. */
export interface WantedChart {
  readonly chart: string;
  readonly version: string;
}

/** What came of an exchange with the repository. */
export interface Outcomes {
  succeeded(what: 'poll' | 'fetch'): Promise<void>;
  failed(error: unknown): Promise<void>;
}

/** One repository of charts as one set of credentials sees it. Those who ask at the same time wait for one answer. */
export class ChartRepository {
  readonly #mutex = new KeyedMutex();
  readonly #failures = new FailureMemory();
  /** What ranges came to last; what is different at the next poll has moved. */
  readonly #answers = new Map<string, string>();
  /** Something failed since the last good poll, or there was none yet: the next one is news. */
  #isNews = true;

  constructor(
    readonly key: string,
    private readonly space: string,
    private readonly origin: ChartOrigin,
    private readonly files: ChartFiles,
    private readonly outcomes: Outcomes,
  ) {}

  async fetch(wanted: WantedChart, freshness: Freshness, longestPauseMs: number): Promise<FetchedChart> {
    return this.#failures.tryOnce(`${wanted.chart} ${wanted.version}`, longestPauseMs, () =>
      this.#mutex.run(this.key, () =>
        this.#watched('fetch', async () => {
          const located = await this.origin.locate(wanted.chart, wanted.version, freshness);
          this.#remember(wanted, located);
          return this.#archive(located);
        }),
      ),
    );
  }

  /** Asks again for what is followed. Answers which of it leads elsewhere now; undefined when a failure is over. */
  async poll(followed: readonly WantedChart[]): Promise<readonly WantedChart[] | undefined> {
    return this.#mutex.run(this.key, async () => {
      const freshness = { askedAt: Date.now(), maxAgeMs: 0 };
      const isNews = this.#isNews;
      const moved = await this.#watched('poll', async () => {
        const changed: WantedChart[] = [];
        for (const wanted of followed)
          if (this.#remember(wanted, await this.#locateIfThere(wanted, freshness))) changed.push(wanted);
        return changed;
      });
      this.#isNews = false;
      if (moved.length > 0 || isNews) this.#failures.forget();
      return isNews ? undefined : moved;
    });
  }

  async charts(freshness: Freshness): Promise<readonly ListedChart[]> {
    return this.#mutex.run(this.key, () => this.#watched('poll', () => this.origin.charts(freshness)));
  }

  async versions(chart: string, freshness: Freshness): Promise<readonly string[]> {
    return this.#mutex.run(this.key, () =>
      this.#watched('poll', () => this.origin.versions(chart, freshness)),
    );
  }

  /** Tries to reach the repository now. */
  async test(): Promise<void> {
    this.#failures.forget();
    await this.#mutex.run(this.key, () => this.#watched('poll', () => this.origin.test()));
  }

  async #archive({ version, digest, fetch }: LocatedChart): Promise<FetchedChart> {
    const kept = digest === undefined ? undefined : await this.files.archive(this.space, digest);
    if (kept !== undefined && digest !== undefined) return { version, digest, archive: kept };
    const fetched = await fetch();
    const file = await this.files.putArchive(this.space, fetched.digest, fetched.archive);
    return { version, digest: fetched.digest, archive: file };
  }

  async #locateIfThere(wanted: WantedChart, freshness: Freshness): Promise<LocatedChart | undefined> {
    try {
      return await this.origin.locate(wanted.chart, wanted.version, freshness);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** True when it is another answer than the last. */
  #remember({ chart, version }: WantedChart, located: LocatedChart | undefined): boolean {
    const key = `${chart} ${version}`;
    const answer = located ? `${located.version} ${located.id}` : MISSING;
    const before = this.#answers.get(key);
    if (this.#answers.size >= MAX_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    return before !== undefined && before !== answer;
  }

  async #watched<T>(what: 'poll' | 'fetch', work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      await this.outcomes.succeeded(what);
      return result;
    } catch (error) {
      // the repository answered well: a chart or version that isn't there is the asker's matter
      if (!isMissing(error)) {
        this.#isNews = true;
        await this.outcomes.failed(error);
      }
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'helm/chart-missing';
}
