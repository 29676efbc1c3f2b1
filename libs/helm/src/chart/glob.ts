import { runes } from '../template/go-strings.js';
import { RE2JS } from 're2js';

/** Patterns longer than this are not globs a person wrote. */
const MAX_PATTERN = 4096;

/**
 * Compiles a glob over paths: `*` and `?` stop at `/`, `**` does not, `[a-z]`, `[!a-z]`, `{a,b}` and backslash escapes.
 * Undefined when the pattern is malformed. Matching is linear in the length of the path.
 */
export function compileGlob(pattern: string): ((path: string) => boolean) | undefined {
  const source = pattern.length > MAX_PATTERN ? undefined : translate(runes(pattern));
  if (source === undefined) return undefined;
  const compiled = RE2JS.compile(`^(?:${source})$`, RE2JS.DOTALL);
  return (path) => compiled.matcher(path).find();
}

const SPECIAL = /[\\^$.*+?()[\]{}|]/;

function escape(char: string): string {
  return SPECIAL.test(char) ? `\\${char}` : char;
}

function translate(chars: readonly string[]): string | undefined {
  let source = '';
  let depth = 0;
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] ?? '';
    switch (char) {
      case '*':
        if (chars[index + 1] === '*') {
          source += '.*';
          index++;
        } else source += '[^/]*';
        break;
      case '?':
        source += '[^/]';
        break;
      case '\\': {
        const next = chars[++index];
        if (next === undefined) return undefined;
        source += escape(next);
        break;
      }
      case '[': {
        const close = chars.indexOf(']', index + 2);
        if (close < 0) return undefined;
        const inside = chars.slice(index + 1, close);
        const negated = inside[0] === '!';
        const members = negated ? inside.slice(1) : inside;
        const isRange = members.length === 3 && members[1] === '-';
        const body = isRange
          ? `${escape(members[0] ?? '')}-${escape(members[2] ?? '')}`
          : members.map((member) => (member === '-' ? '\\-' : escape(member))).join('');
        source += `[${negated ? '^' : ''}${body}]`;
        index = close;
        break;
      }
      case '{':
        depth++;
        source += '(?:';
        break;
      case '}':
        if (depth === 0) return undefined;
        depth--;
        source += ')';
        break;
      case ',':
        source += depth > 0 ? '|' : ',';
        break;
      default:
        source += escape(char);
    }
  }
  return depth === 0 ? source : undefined;
}
