import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { requiredCharts } from '@lotse/helm';
import { MemoryFileTree, type FileTree } from '@lotse/manifests';
import { CliError, EXIT } from '../cli-error.js';
import { DiskFileTree } from './disk-file-tree.js';
import { fetchArchive, fetchChart, fetchOciChart, type FetchOptions } from './fetch-chart.js';

/** Where a chart is; the options have Helm's names. */
export interface FindOptions extends FetchOptions {
  readonly repo?: string;
  readonly version?: string;
  /** Versions in development are taken, too. */
  readonly devel?: boolean;
  readonly dependencyUpdate?: boolean;
}

/** The range that every version is in, those before a release among them. */
const DEVELOPMENT = '>0.0.0-0';

/** A chart in a tree. */
export interface FoundChart {
  readonly tree: FileTree;
  readonly path: string;
  readonly dependencyCharts: ReadonlyMap<string, Uint8Array>;
}

/** The chart a person named: a folder or archive, a name in `--repo`, `oci://…`, or an archive's address; with what it depends on, if wanted. */
export async function findChart(chart: string, options: FindOptions): Promise<FoundChart> {
  const version = options.version ?? (options.devel === true ? DEVELOPMENT : '');
  const scheme = /^(?:oci|https?):\/\//.exec(chart)?.[0];
  if (scheme !== undefined || options.repo !== undefined) {
    const archive = await (scheme === 'oci://'
      ? fetchOciChart(chart, version, options)
      : scheme !== undefined
        ? fetchArchive(chart, options)
        : fetchChart(options.repo ?? '', chart, version, options));
    const tree = new MemoryFileTree({ 'chart.tgz': archive });
    return withDependencies(tree, 'chart.tgz', options);
  }
  const full = resolve(chart);
  const isFolder = statSync(full, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw new CliError(`there is no chart at ${full}`, EXIT.usage);
  if (options.dependencyUpdate !== true)
    return {
      tree: new DiskFileTree(isFolder ? full : dirname(full)),
      path: isFolder ? '' : basename(full),
      dependencyCharts: new Map(),
    };
  // what is beside the chart can be named with file://
  return withDependencies(new DiskFileTree('/'), full.slice(1), options);
}

async function withDependencies(tree: FileTree, path: string, options: FindOptions): Promise<FoundChart> {
  if (options.dependencyUpdate !== true) return { tree, path, dependencyCharts: new Map() };
  const fetched = requiredCharts(tree, path).map(
    async ({ key, repository, name, version }) =>
      [key, await fetchChart(repository, name, version, options)] as const,
  );
  return { tree, path, dependencyCharts: new Map(await Promise.all(fetched)) };
}
