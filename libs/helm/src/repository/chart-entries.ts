import { type ChartVersion, readRepositoryIndex } from './repository-index.js';

/**
 * The versions of one chart in a repository's index, newest first; undefined when it isn't there. The same answer as
 * `readRepositoryIndex` gives, sooner. Throws {@link HelmError}.
 */
export function readChartVersions(text: string, name: string): readonly ChartVersion[] | undefined {
  return readRepositoryIndex(text).get(name);
}
