import { type FileTree, MemoryFileTree } from '@lotse/manifests';
import { DEFAULT_CHART_LIMITS } from './chart-limits.js';
import { readChartArchive } from './read-archive.js';

/** The files of a chart archive (.tgz) as a tree whose root is the chart. Throws {@link HelmError}. */
export function chartArchiveTree(archive: Uint8Array): FileTree {
  const files = readChartArchive(archive, DEFAULT_CHART_LIMITS);
  return new MemoryFileTree(new Map(files.map(({ name, data }) => [name, data])));
}
