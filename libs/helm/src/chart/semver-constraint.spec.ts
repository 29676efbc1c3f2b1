import { describe, expect, it } from 'vitest';
import { SemanticVersion } from './semver.js';
import { isCompatibleRange, meetsConstraint, VersionConstraint } from './semver-constraint.js';

describe('version constraints', () => {
  it.each([
    ['=2.0.0', '1.2.3', false],
    ['=2.0.0', '2.0.0', true],
    ['=2.0', '2.0.5', true],
    ['4', '4.9.1', true],
    ['4.1', '4.2.0', false],
    ['!=4.1.0', '4.1.0', false],
    ['!=4.1', '4.1.0', false],
    ['!=4.1', '5.1.0', true],
    ['!=4.x', '4.1.0', false],
    ['>1.1', '1.1.5', false],
    ['>1.1', '1.2.0', true],
    ['>1', '1.9.0', false],
    ['<0.0.5', '0.1.0', false],
    ['<1.x', '1.0.0', false],
    ['>=11', '11.1.2', true],
    ['<=11', '11.9.9', true],
    ['<=11.1', '11.2.0', false],
    ['>= 1.2, < 2.0.0', '1.9.9', true],
    ['>= 1.2 < 2.0.0', '2.0.0', false],
    ['~1.2.3', '1.2.9', true],
    ['~1.2.3', '1.3.0', false],
    ['~1', '1.9.0', true],
    ['~>1.2', '1.2.9', true],
    ['^1.2.3', '1.9.0', true],
    ['^1.2.3', '2.0.0', false],
    ['^0.2.3', '0.2.9', true],
    ['^0.2.3', '0.3.0', false],
    ['^0.0.3', '0.0.4', false],
    ['^0', '0.9.0', true],
    ['^0.0', '0.0.9', true],
    ['1.2 - 1.4.5', '1.4.5', true],
    ['1.2 - 1.4.5', '1.4.6', false],
    ['1.x || >=2.5.0', '2.4.0', false],
    ['1.x || >=2.5.0', '2.6.0', true],
    ['*', '1.2.3', true],
    ['', '1.2.3', false],
    ['*', '1.2.3-beta', false],
    ['>=1.2.3', '1.3.0-beta', false],
    ['>=1.2.3-0', '1.3.0-beta', true],
    ['^1.1.0-alpha', '1.1.0-beta', true],
    ['>1.0.0-alpha.2', '1.0.0-alpha.10', true],
    ['>1.0.0-alpha', '1.0.0-1', false],
    ['>=v1.2', 'v1.2.3+build', true],
  ])('%s and %s: %s', (range, version, expected) => {
    expect(isCompatibleRange(range, version)).toBe(expected);
  });

  it.each(['bad', '>=', '1.2.3.4', '=>>1', '> 1.0 ||  foo', `${'1  '.repeat(150)}!`])(
    'refuses %s',
    (text) => {
      expect(() => VersionConstraint.parse(text)).toThrow('improper constraint');
    },
  );
});

describe('versions', () => {
  it.each([
    ['1', '1.0.0'],
    ['v1.2', '1.2.0'],
    ['01.02.3', '1.2.3'],
    ['1.2.3-beta.1+b5', '1.2.3-beta.1+b5'],
  ])('%s reads as %s', (text, expected) => {
    expect(SemanticVersion.parse(text).toString()).toBe(expected);
  });

  it.each(['', 'x', '1.2.3.4', '1.2-', '1.2.3-01', ' 1.2.3', '1.-2'])('%s is none', (text) => {
    expect(() => SemanticVersion.parse(text)).toThrow();
  });
});

describe('a question asked again', () => {
  it('has the same answer, and the same complaint about the constraint before the version', () => {
    for (let time = 0; time < 2; time++) {
      expect([meetsConstraint('>=1.2', '1.3.0'), meetsConstraint('>=1.2', '1.1.0')]).toEqual([true, false]);
      expect(() => meetsConstraint('>>1', 'none')).toThrow('improper constraint');
      expect(() => meetsConstraint('>=1.2', 'none')).toThrow('invalid semantic version');
    }
  });
});
