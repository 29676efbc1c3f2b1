import type { FetchedArchive } from '@lotse/helm';
import type { ListedChart } from './index-protocol.js';

/** How old an answer may be, and since when it counts. */
export interface Freshness {
  /** When it was asked: an answer from then on is always good. */
  readonly askedAt: number;
  readonly maxAgeMs: number;
}

/** A version of a chart, found. */
export interface LocatedChart {
  readonly version: string;
  /** Different when the content can be different. */
  readonly id: string;
  /** SHA-256 of the archive in hex, as far as it was told. */
  readonly digest: string | undefined;
  /** Brings the archive. */
  readonly fetch: () => Promise<FetchedArchive>;
}

/** One repository of charts, reached with certain credentials. */
export interface ChartOrigin {
  /** @throws CodedError `helm/…`, what is wrong with repository, chart or version. */
  locate(chart: string, range: string, freshness: Freshness): Promise<LocatedChart>;
  /** Every chart, where the repository can say. */
  charts(freshness: Freshness): Promise<readonly ListedChart[]>;
  /** The versions of one chart. */
  versions(chart: string, freshness: Freshness): Promise<readonly string[]>;
  /** Asks whether the repository can be reached. */
  test(): Promise<void>;
}

/** Is an answer of this moment good enough? */
export function isFresh(at: number | undefined, { askedAt, maxAgeMs }: Freshness): boolean {
  return at !== undefined && (at >= askedAt || askedAt - at <= maxAgeMs);
}
