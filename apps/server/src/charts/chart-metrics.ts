import { Counter, Histogram } from 'prom-client';
import type { Counters } from '../metrics/counters.js';

/** Requests take from milliseconds to a minute. */
const SECONDS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is asked of a repository of charts. */
export type ChartRequestType = 'index' | 'archive' | 'tags' | 'manifest' | 'ping';

/** Does some work with a repository and counts it. */
export type Measure = <T>(type: ChartRequestType, work: () => Promise<T>) => Promise<T>;

/** The numbers of repositories of charts. */
export class ChartMetrics {
  readonly #requests: Counter<'repo' | 'request_type'>;
  readonly #failures: Counter<'repo' | 'request_type'>;
  readonly #seconds: Histogram<'repo' | 'request_type'>;

  constructor({ registry }: Counters) {
    const labelNames = ['repo', 'request_type'] as const;
    const registers = [registry];
    this.#requests = new Counter({
      name: 'lotse_chart_requests_total',
      help: 'Requests to Helm repositories and registries, by kind (index, archive, tags, manifest, ping).',
      labelNames,
      registers,
    });
    this.#failures = new Counter({
      name: 'lotse_chart_request_failures_total',
      help: 'Requests to Helm repositories and registries that failed.',
      labelNames,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'lotse_chart_request_duration_seconds',
      help: 'How long requests to Helm repositories and registries took.',
      labelNames,
      buckets: SECONDS,
      registers,
    });
  }

  /** Counts for one repository. */
  of(repo: string): Measure {
    return async (type, work) => {
      const labels = { repo, request_type: type };
      this.#requests.inc(labels);
      const stopTimer = this.#seconds.startTimer(labels);
      try {
        return await work();
      } catch (error) {
        this.#failures.inc(labels);
        throw error;
      } finally {
        stopTimer();
      }
    };
  }
}
