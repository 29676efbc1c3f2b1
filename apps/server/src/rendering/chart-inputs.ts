import type { ChartNeed, RenderInput } from './render-protocol.js';

/** A chart that was fetched for a render. */
export interface FetchedChartInput {
  /** File with the archive. */
  readonly archive: string;
  readonly version: string;
  readonly digest: string;
}

/** What a remembered render says of a chart it was made with. */
export interface ChartInput {
  readonly repository: string;
  readonly name: string;
  /** What was asked for, a version or a range. */
  readonly wanted: string;
  readonly version: string;
}

const CHART_PREFIX = '//chart/';

/** The input a render remembers a fetched chart as, with the digest of its archive. No path begins like it. */
export function chartInput(
  { repository, name, version: wanted }: ChartNeed,
  { version, digest }: FetchedChartInput,
): RenderInput {
  return [CHART_PREFIX + JSON.stringify([repository, name, wanted, version]), digest];
}

/** The chart an input stands for; undefined for others. */
export function inputChart(input: string): ChartInput | undefined {
  if (!input.startsWith(CHART_PREFIX)) return undefined;
  const [repository = '', name = '', wanted = '', version = ''] = JSON.parse(
    input.slice(CHART_PREFIX.length),
  ) as string[];
  return { repository, name, wanted, version };
}
