import { type FileTree, joinTreePath } from '@lotse/manifests';
import type { Chart } from './chart.js';
import { checkLock } from './chart-lock.js';
import { DEFAULT_CHART_LIMITS } from './chart-limits.js';
import { type MissingDependency, missingDependencies } from './fulfil-dependencies.js';
import { loadChart } from './load-chart.js';

/** Charts beside each other in a tree that lead to each other; more is a circle. */
const MAX_DEPTH = 10;

/**
 * Charts that must be fetched before the chart at `path` can be rendered: named in Chart.yaml (or a `file://` chart
 * beside it), but not in `charts/`. Throws {@link HelmError}, also when the lock file is out of date.
 */
export function requiredCharts(tree: FileTree, path: string): MissingDependency[] {
  const found = new Map<string, MissingDependency>();
  const visit = (folder: string, depth: number): void => {
    const chart = loadChart(tree, folder, DEFAULT_CHART_LIMITS, () => undefined, 4);
    const missing = missingDependencies(chart);
    if (missing.length > 0) checkLock(tree, folder, chart);
    for (const each of missing) found.set(each.key, each);
    if (depth >= MAX_DEPTH) return;
    for (const next of besideIt(chart, folder)) if (tree.list(next) !== undefined) visit(next, depth + 1);
  };
  visit(path, 0);
  return [...found.values()];
}

function besideIt(chart: Chart, path: string): string[] {
  const vendored = new Set(chart.dependencies.map(({ name }) => name));
  return chart.metadata.dependencies.flatMap(({ name, repository }) => {
    const target =
      repository.startsWith('file://') && !vendored.has(name)
        ? joinTreePath(path, repository.slice('file://'.length))
        : undefined;
    return target === undefined ? [] : [target];
  });
}
