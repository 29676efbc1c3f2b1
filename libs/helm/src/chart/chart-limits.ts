/** How large a chart may be. */
export interface ChartLimits {
  /** Bytes of all files of a chart, unpacked; Helm's own limit. */
  readonly chartBytes: number;
  /** Files in a chart with its subcharts. */
  readonly chartFiles: number;
  /** Subcharts inside subcharts. */
  readonly chartDepth: number;
}

/** Helm's own size limit; far more files and levels than any real chart has. */
export const DEFAULT_CHART_LIMITS: ChartLimits = {
  chartBytes: 100 * 1024 * 1024,
  chartFiles: 20_000,
  chartDepth: 20,
};
