import { type FileTree, joinTreePath } from '@lotse/manifests';
import type { Chart } from './chart.js';
import { HelmError } from './chart-error.js';
import type { ChartLimits } from './chart-limits.js';
import { loadArchive, loadChart } from './load-chart.js';
import type { ChartDependency } from './metadata.js';
import { isCompatibleRange } from './semver-constraint.js';

/** A chart that Chart.yaml names and `charts/` lacks, to be fetched. */
export interface MissingDependency {
  readonly name: string;
  /** The version the lock file pins, else the range Chart.yaml asks for. */
  readonly version: string;
  readonly repository: string;
  /** Key under which its archive is looked for. */
  readonly key: string;
}

/** Where dependencies come from that are not in `charts/`. */
export interface DependencySources {
  readonly tree: FileTree;
  readonly path: string;
  readonly archives: ReadonlyMap<string, Uint8Array>;
  readonly limits: ChartLimits;
  readonly warn: (text: string) => void;
  /** Words the complaint as this Helm does. */
  readonly generation: 3 | 4;
  /** Charts of the tree that led here, outermost first. */
  readonly above?: readonly string[];
}

function isLoaded(chart: Chart, dependency: ChartDependency): boolean {
  return chart.dependencies.some((child) => child.name === dependency.name);
}

/** Dependencies of the chart that are neither in `charts/` nor beside it in the tree. */
export function missingDependencies(chart: Chart): MissingDependency[] {
  return chart.metadata.dependencies
    .filter((dependency) => !isLoaded(chart, dependency) && isFetched(dependency))
    .map((dependency) => describe(chart, dependency));
}

function isFetched(dependency: ChartDependency): boolean {
  return dependency.repository !== '' && !dependency.repository.startsWith('file://');
}

function describe(chart: Chart, { name, version, repository }: ChartDependency): MissingDependency {
  const pinned = chart.lockedVersions.get(name);
  const wanted = pinned !== undefined && isCompatibleRange(version, pinned) ? pinned : version;
  return { name, version: wanted, repository, key: `${repository}|${name}|${wanted}` };
}

/** Adds what the chart needs and `charts/` lacks, from the tree (`file://`) and the archives; throws when one is missing. */
export function fulfilDependencies(chart: Chart, sources: DependencySources): void {
  const missing: string[] = [];
  // one chart may be needed in two versions under two aliases
  const absent = chart.metadata.dependencies.filter((dependency) => !isLoaded(chart, dependency));
  for (const dependency of absent) {
    const found = find(chart, dependency, sources);
    if (found) chart.dependencies = [...chart.dependencies, found];
    else missing.push(dependency.name);
  }
  if (missing.length === 0) return;
  const advice =
    sources.generation === 4
      ? "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build'"
      : 'An error occurred while checking for chart dependencies. You may need to run `helm dependency build`';
  throw new HelmError(
    'helm/dependency-missing',
    `${advice} to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
    { file: 'Chart.yaml', field: 'dependencies' },
  );
}

function find(chart: Chart, dependency: ChartDependency, sources: DependencySources): Chart | undefined {
  const { tree, path, archives, limits, warn, generation } = sources;
  if (dependency.repository.startsWith('file://')) {
    const target = joinTreePath(path, dependency.repository.slice('file://'.length));
    if (target === undefined || tree.stat(target) === undefined) return undefined;
    const above = [...(sources.above ?? []), path];
    if (above.includes(target) || above.length > limits.chartDepth)
      throw new HelmError(
        'helm/limit',
        `the chart ${chart.name} depends on ${dependency.name} at ${dependency.repository}, ` +
          (above.includes(target)
            ? 'which depends on it in turn: remove one of the two from dependencies'
            : `deeper than ${limits.chartDepth} charts in charts`),
        { file: 'Chart.yaml', field: 'dependencies' },
      );
    const local = loadChart(tree, target, limits, warn, generation);
    fulfilDependencies(local, { ...sources, path: target, above });
    return local;
  }
  const { key } = describe(chart, dependency);
  const archive =
    archives.get(key) ?? archives.get(`${dependency.repository}|${dependency.name}|${dependency.version}`);
  return archive && loadArchive(archive, limits, warn, generation);
}
