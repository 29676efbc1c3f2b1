import type { ChartVersion } from '@lotse/helm';

/** What the thread that reads indexes is asked: the versions of one chart, or (without one) which charts there are. */
export interface IndexQuestion {
  readonly id: number;
  readonly file: string;
  readonly chart: string | undefined;
}

/** A chart and its versions, newest first, as pickers list them. */
export interface ListedChart {
  readonly name: string;
  readonly versions: readonly string[];
}

/** What it answers. */
export type IndexAnswer =
  | { readonly id: number; readonly versions: readonly ChartVersion[] }
  | { readonly id: number; readonly charts: readonly ListedChart[] }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };
