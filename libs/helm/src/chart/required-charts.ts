import type { FileTree } from '@lotse/manifests';
import { DEFAULT_CHART_LIMITS } from './chart-limits.js';
import { type MissingDependency, missingDependencies } from './fulfil-dependencies.js';
import { loadChart } from './load-chart.js';

/** Charts that must be fetched before the chart at `path` can be rendered: named in Chart.yaml, not in `charts/`, not `file://`. */
export function requiredCharts(tree: FileTree, path: string): MissingDependency[] {
  return missingDependencies(loadChart(tree, path, DEFAULT_CHART_LIMITS, () => undefined));
}
