import { describe, expect, it } from 'vitest';
import { BadPatternError, compilePathPattern } from './path-match.js';

/** What Go's filepath.Match answers. */
const ANSWERS: readonly [pattern: string, name: string, matches: boolean][] = [
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*', 'a/b', false],
  ['*c', 'abc', true],
  ['*.bak', 'a/b.bak', false],
  ['a*', 'a', true],
  ['a*', 'ab/c', false],
  ['a*/b', 'a/c/b', false],
  ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a?b', 'a☺b', true],
  ['a[^a]b', 'a☺b', true],
  ['[a-ζ]*', 'α', true],
  ['a?b', 'a/b', false],
  ['[\\]a]', ']', true],
  ['[\\-x]', '-', true],
  ['*[^a]*b', 'x/yb', false],
  ['templates/.?*', 'templates/.git', true],
  ['', '', true],
  ['*', '', true],
];

describe('patterns of .helmignore', () => {
  it.each(ANSWERS)('%j on %j: %j', (pattern, name, matches) => {
    expect(compilePathPattern(pattern)(name)).toBe(matches);
  });

  it.each(['[]a]', '[-]', '[x-]', '[-x]', '[', '[^', 'a[', 'a\\', '[a-b-c]'])('refuses %j', (pattern) => {
    expect(() => compilePathPattern(pattern)).toThrow(BadPatternError);
  });

  it('takes no longer than pattern times name', () => {
    const matches = compilePathPattern(`${'*a'.repeat(500)}b`);
    expect(matches('a'.repeat(20_000))).toBe(false);
  });
});
