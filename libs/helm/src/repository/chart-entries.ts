import { type ChartVersion, readRepositoryIndex } from './repository-index.js';
import { sliceEntry } from './index-slice.js';

/**
 * The versions of one chart in a repository's index, newest first; undefined when it isn't there. The same answer as
 * `readRepositoryIndex` gives, sooner: of an index as Helm writes it only this chart's part is read. Throws {@link HelmError}.
 */
export function readChartVersions(text: string, name: string): readonly ChartVersion[] | undefined {
  const slice = sliceEntry(text, name);
  if (slice === '') return undefined;
  if (slice !== undefined) {
    try {
      return readRepositoryIndex(slice).get(name);
    } catch {
      // the full reader says what is wrong, and where
    }
  }
  return readRepositoryIndex(text).get(name);
}
