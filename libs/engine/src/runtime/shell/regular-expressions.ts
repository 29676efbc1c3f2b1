import type { RE2JS } from 're2js';
import { linearRegex } from '../../crds/linear-regex.js';

/** How a pattern of `grep` or `sed` is written. */
export type Dialect = 'basic' | 'extended' | 'fixed';

/** Characters that mean something in an extended pattern. */
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
/** Of a basic pattern, those that mean something behind a backslash only. */
const TURNED = new Set('+?(){}|');

/** The pattern for an engine that takes linear time; undefined for what it can't do, such as references to groups. */
export function regularExpression(
  pattern: string,
  dialect: Dialect,
  ignoresCase: boolean,
): RE2JS | undefined {
  const source =
    dialect === 'fixed' ? pattern.replace(SPECIAL, '\\$&') : translated(pattern, dialect === 'basic');
  return source === undefined ? undefined : linearRegex(`${ignoresCase ? '(?i)' : ''}${source}`);
}

function translated(pattern: string, isBasic: boolean): string | undefined {
  let result = '';
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === '[') {
      const end = endOfSet(pattern, index);
      if (end < 0) return undefined;
      // A backslash within is no more than itself.
      result += pattern.slice(index, end + 1).replaceAll('\\', '\\\\');
      index = end;
    } else if (char === '\\') {
      const next = pattern.charAt(++index);
      if (/[1-9]/.test(next)) return undefined;
      if (next === '<' || next === '>') result += '\\b';
      else if (isBasic && TURNED.has(next)) result += next;
      else result += `\\${next}`;
    } else if (isBasic && TURNED.has(char)) result += `\\${char}`;
    else if (isBasic && char === '*' && (index === 0 || pattern.endsWith('\\(', index))) result += '\\*';
    else result += char;
  }
  return result;
}

function endOfSet(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    const close = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    at = close < 0 ? at + 1 : close + 2;
  }
  return at < pattern.length ? at : -1;
}
