import { runes } from '../template/go-strings.js';
/** A pattern that Go's filepath.Match refuses. */
export class BadPatternError extends Error {
  constructor() {
    super('syntax error in pattern');
  }
}

/**
 * Compiles a pattern of Go's filepath.Match: `*` and `?` stop at `/`, `[a-z]` and `[^a-z]`, backslash escapes.
 * Matching takes at most as many steps as name times pattern.
 */
export function compilePathPattern(pattern: string): (name: string) => boolean {
  // Most patterns are a name or an extension.
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  const suffix = pattern.slice(1);
  if (pattern.startsWith('*') && !/[*?[\\]/.test(suffix)) {
    return (name) => name.endsWith(suffix) && !name.slice(0, name.length - suffix.length).includes('/');
  }
  const steps = parsePattern(pattern);
  return (name) => matchSteps(steps, runes(name));
}

/** `*`, or what one character must be. */
type Step = '*' | ((char: string) => boolean);

function parsePattern(pattern: string): Step[] {
  const chars = runes(pattern);
  const steps: Step[] = [];
  let index = 0;
  const next = (): string => {
    const char = chars[index++];
    if (char === undefined) throw new BadPatternError();
    return char;
  };
  const exactly = (wanted: string): Step => {
    return (char) => char === wanted;
  };
  while (index < chars.length) {
    const char = next();
    if (char === '*') steps.push('*');
    else if (char === '?') steps.push((other) => other !== '/');
    else if (char === '\\') steps.push(exactly(next()));
    else if (char === '[') {
      const negated = chars[index] === '^';
      if (negated) index++;
      steps.push(characterClass(negated, next));
    } else steps.push(exactly(char));
  }
  return steps;
}

/** Only the last star ever has to take more: earlier ones would have to pass the same `/`. */
function matchSteps(steps: readonly Step[], chars: readonly string[]): boolean {
  let step = 0;
  let at = 0;
  let star = -1;
  let starEnd = 0;
  while (at < chars.length || step < steps.length) {
    const wanted = steps[step];
    const char = chars[at];
    if (wanted === '*') {
      star = step++;
      starEnd = at;
    } else if (wanted !== undefined && char !== undefined && wanted(char)) {
      step++;
      at++;
    } else {
      const taken = chars[starEnd];
      if (star < 0 || taken === undefined || taken === '/') return false;
      at = ++starEnd;
      step = star + 1;
    }
  }
  return true;
}

function characterClass(negated: boolean, next: () => string): Step {
  const literal = (char: string): string => {
    if (char === '-' || char === ']') throw new BadPatternError();
    return char === '\\' ? next() : char;
  };
  const ranges: [low: number, high: number][] = [];
  let char = next();
  for (;;) {
    if (char === ']' && ranges.length > 0) break;
    const low = codeOf(literal(char));
    let high = low;
    char = next();
    if (char === '-') {
      high = codeOf(literal(next()));
      char = next();
    }
    ranges.push([low, high]);
  }
  return (other) => {
    const code = codeOf(other);
    return ranges.some(([low, high]) => low <= code && code <= high) !== negated;
  };
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
