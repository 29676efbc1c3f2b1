/** Longest pattern that is compiled; anything longer is a mistake or an attack. */
const MAX_GLOB_LENGTH = 4096;
/** Most alternatives a pattern's braces may expand to. */
const MAX_ALTERNATIVES = 256;

interface GlobOptions {
  /** When true (the default) `*` and `?` stop at `/` and `**` crosses it; when false `*` crosses it too. */
  readonly separator?: boolean;
}

/**
 * Matches a whole text against a glob: `*`, `?`, `**`, `[a-z]`, `[!a]` and `{a,b}` (which may nest).
 * Linear in the text for each alternative and `*`: no regular expression is built from the pattern.
 */
export function globMatch(pattern: string, text: string, options: GlobOptions = {}): boolean {
  if (pattern === '*' && options.separator === false) return true;
  if (pattern.length > MAX_GLOB_LENGTH) return false;
  return expandBraces(pattern).some((alternative) =>
    matchFlat(alternative, text, options.separator !== false),
  );
}

/** `a{b,c}d` -> `abd`, `acd`. An unclosed brace is itself. */
export function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  let depth = 0;
  const parts: string[] = [];
  let start = open + 1;
  for (let index = open; index < pattern.length; index++) {
    const char = pattern[index];
    if (char === '{') depth++;
    else if (char === ',' && depth === 1) {
      parts.push(pattern.slice(start, index));
      start = index + 1;
    } else if (char === '}' && --depth === 0) {
      parts.push(pattern.slice(start, index));
      const head = pattern.slice(0, open);
      const tail = pattern.slice(index + 1);
      const result: string[] = [];
      for (const part of parts) {
        for (const alternative of expandBraces(`${part}${tail}`)) {
          result.push(head + alternative);
          if (result.length >= MAX_ALTERNATIVES) return result;
        }
      }
      return result;
    }
  }
  return [pattern];
}

/** One step of a flat pattern at `at`: what it matches and how long it is. */
function tokenAt(
  pattern: string,
  at: number,
): { kind: 'star' | 'deep' | 'one' | 'class' | 'char'; length: number } {
  const char = pattern[at];
  if (char === '*')
    return pattern[at + 1] === '*' ? { kind: 'deep', length: 2 } : { kind: 'star', length: 1 };
  if (char === '?') return { kind: 'one', length: 1 };
  if (char === '[') {
    const close = pattern.indexOf(']', at + 2);
    if (close > 0) return { kind: 'class', length: close - at + 1 };
  }
  if (char === '\\' && at + 1 < pattern.length) return { kind: 'char', length: 2 };
  return { kind: 'char', length: 1 };
}

function classMatches(set: string, char: string): boolean {
  const negated = set[1] === '!' || set[1] === '^';
  let found = false;
  for (let index = negated ? 2 : 1; index < set.length - 1; index++) {
    const from = set.charAt(index);
    if (set[index + 1] === '-' && index + 2 < set.length - 1) {
      if (char >= from && char <= set.charAt(index + 2)) found = true;
      index += 2;
    } else if (char === from) found = true;
  }
  return found !== negated;
}

/** Dynamic programme over (pattern position, text position): never exponential. */
function matchFlat(pattern: string, text: string, separator: boolean): boolean {
  let states = new Set<number>([0]);
  const close = (set: Set<number>): Set<number> => {
    for (const state of set) {
      if (state >= pattern.length) continue;
      const token = tokenAt(pattern, state);
      if (token.kind === 'star') set.add(state + 1);
      if (token.kind === 'deep') {
        set.add(state + 2);
        // `**/x` also matches `x` itself
        if (pattern[state + 2] === '/' && (state === 0 || pattern[state - 1] === '/')) set.add(state + 3);
      }
    }
    return set;
  };
  close(states);
  for (const char of text) {
    const next = new Set<number>();
    for (const state of states) {
      if (state >= pattern.length) continue;
      const token = tokenAt(pattern, state);
      const crosses = !separator || char !== '/';
      switch (token.kind) {
        case 'deep':
          next.add(state);
          break;
        case 'star':
          if (crosses) next.add(state);
          break;
        case 'one':
          if (crosses) next.add(state + 1);
          break;
        case 'class':
          if (crosses && classMatches(pattern.slice(state, state + token.length), char))
            next.add(state + token.length);
          break;
        case 'char':
          if (pattern[state + token.length - 1] === char) next.add(state + token.length);
          break;
      }
    }
    states = close(next);
    if (states.size === 0) return false;
  }
  return states.has(pattern.length);
}
