import { RE2JS } from 're2js';
import { runes } from '../template/go-strings.js';
/** A pattern that Go's filepath.Match refuses. */
export class BadPatternError extends Error {
  constructor() {
    super('syntax error in pattern');
  }
}

const REGEXP_SPECIAL = /[\\^$.*+?()[\]{}|]/g;

function escape(char: string): string {
  return char.replace(REGEXP_SPECIAL, '\\$&');
}

/**
 * Compiles a pattern of Go's filepath.Match: `*` and `?` stop at `/`, `[a-z]` and `[^a-z]`, backslash escapes.
 * Matching takes linear time whatever the pattern.
 */
export function compilePathPattern(pattern: string): (name: string) => boolean {
  // Most patterns are a name or an extension.
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  const suffix = pattern.slice(1);
  if (pattern.startsWith('*') && !/[*?[\\]/.test(suffix)) {
    return (name) => name.endsWith(suffix) && !name.slice(0, name.length - suffix.length).includes('/');
  }
  const chars = runes(pattern);
  let source = '';
  let index = 0;
  const next = (): string => {
    const char = chars[index++];
    if (char === undefined) throw new BadPatternError();
    return char;
  };
  while (index < chars.length) {
    const char = next();
    if (char === '*') {
      if (!source.endsWith('[^/]*')) source += '[^/]*';
    } else if (char === '?') source += '[^/]';
    else if (char === '\\') source += escape(next());
    else if (char === '[') {
      const negated = chars[index] === '^';
      if (negated) index++;
      source += characterClass(negated, next);
    } else source += escape(char);
  }
  const expression = RE2JS.compile(`^(?:${source})$`, RE2JS.DOTALL);
  return (name) => expression.matcher(name).find();
}

function characterClass(negated: boolean, next: () => string): string {
  const literal = (char: string): string => {
    if (char === '-' || char === ']') throw new BadPatternError();
    return char === '\\' ? next() : char;
  };
  const ranges: string[] = [];
  let char = next();
  for (;;) {
    if (char === ']' && ranges.length > 0) break;
    const low = literal(char);
    let high = low;
    char = next();
    if (char === '-') {
      high = literal(next());
      char = next();
    }
    if (low <= high) ranges.push(`\\x{${code(low)}}-\\x{${code(high)}}`);
    else ranges.push('');
  }
  const inside = ranges.join('');
  // A class of empty ranges holds nothing, its opposite everything.
  if (inside === '') return negated ? '(?s:.)' : '[^\\x00-\\x{10FFFF}]';
  return `[${negated ? '^' : ''}${inside}]`;
}

function code(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16);
}
