import { BadPatternError, compilePathPattern } from '../chart/path-match.js';

/**
 * What `helm template --show-only` prints of a rendered text: for each pattern the documents whose path below the chart's
 * name it matches (`*` stops at slashes), in the order of the patterns.
 * @returns the text, or the first pattern that matches nothing.
 */
export function showOnly(
  text: string,
  patterns: readonly string[],
  generation: 3 | 4,
): { text: string } | { missing: string } {
  const documents = text.split(/^---\n/m).flatMap((part) => {
    const path = /# Source: [^/\n]+\/(.+)/.exec(part)?.[1];
    return path === undefined ? [] : [{ path, part: generation === 3 ? part.trimEnd() : part }];
  });
  let shown = '';
  for (const pattern of patterns) {
    const matches = matcher(pattern);
    const chosen = documents.filter(({ path }) => matches(path));
    if (chosen.length === 0) return { missing: pattern };
    for (const { part } of chosen) shown += `---\n${part}\n`;
  }
  return { text: shown };
}

function matcher(pattern: string): (path: string) => boolean {
  try {
    return compilePathPattern(pattern);
  } catch (error) {
    if (error instanceof BadPatternError) return () => false;
    throw error;
  }
}
