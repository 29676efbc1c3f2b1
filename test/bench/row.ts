/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly value: string;
  /** What it is compared with, or how it was measured. */
  readonly note?: string;
}

/** A group of measurements that can be run alone: `npm run bench -- engine`. */
export interface Group {
  readonly name: string;
  /** `scale` shrinks what a group counts by: 1 is the size the table is about, less is quicker. */
  run(scale: number): Promise<Row[]>;
}

/** Milliseconds that `work` takes. */
export async function timeMs(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The middle of several runs. */
export async function medianMs(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timeMs(work));
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

export const ms = (value: number): string =>
  value < 10
    ? `${value.toFixed(1)} ms`
    : value < 10_000
      ? `${Math.round(value)} ms`
      : `${(value / 1000).toFixed(1)} s`;
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const mega = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
