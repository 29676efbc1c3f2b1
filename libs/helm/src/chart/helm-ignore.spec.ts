import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.js';
import { HelmIgnore } from './helm-ignore.js';
import { compilePathPattern } from './path-match.js';

describe('.helmignore', () => {
  it.each([
    ['*.txt', 'a.txt', false, true],
    ['*.txt', 'sub/a.txt', false, true],
    ['/a.txt', 'sub/a.txt', false, false],
    ['sub/*.txt', 'sub/a.txt', false, true],
    ['sub/*.txt', 'sub/deep/a.txt', false, false],
    ['docs/', 'docs', true, true],
    ['docs/', 'docs', false, false],
    ['# comment', '# comment', false, false],
    ['  spaced  ', 'spaced', false, true],
    ['!keep.txt', 'other.txt', false, true],
    ['!keep.txt', 'keep.txt', false, false],
    ['', 'templates/.hidden', false, true],
    ['', '.hidden', false, false],
    ['\ufeffa.txt', 'a.txt', false, true],
  ])('%j and %s (folder: %s): ignored %s', (rules, path, isFolder, expected) => {
    expect(new HelmIgnore(rules).ignores(path, isFolder)).toBe(expected);
  });

  it('refuses ** and patterns that cannot be read', () => {
    expect(() => new HelmIgnore('a/**')).toThrow('double-star (**) syntax is not supported');
    expect(() => new HelmIgnore('[a')).toThrow('syntax error in pattern');
  });
});

describe('path patterns', () => {
  it.each([
    ['a*c', 'abc', true],
    ['a*c', 'a/c', false],
    ['a?c', 'abc', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    ['\\*', '*', true],
    ['a.b', 'axb', false],
    [`${'*a'.repeat(30)}b`, 'a'.repeat(60), false],
  ])('%s matches %s: %s', (pattern, name, expected) => {
    expect(compilePathPattern(pattern)(name)).toBe(expected);
  });
});

describe('globs of Files', () => {
  it.each([
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', 'sub/a.yaml', false],
    ['**.yaml', 'sub/deep/a.yaml', true],
    ['conf/**', 'conf/a/b', true],
    ['conf/*', 'conf/a/b', false],
    ['{a,b}.txt', 'b.txt', true],
    ['[ab].txt', 'b.txt', true],
    ['[!ab].txt', 'c.txt', true],
    ['[a-c].txt', 'd.txt', false],
    ['a+b(1)', 'a+b(1)', true],
  ])('%s matches %s: %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)?.(path)).toBe(expected);
  });

  it('are undefined when malformed', () => {
    expect(compileGlob('{a')).toBeUndefined();
    expect(compileGlob('[a')).toBeUndefined();
  });
});
