import { describe, expect, it } from 'vitest';
import { compareKeys } from './natural-order.js';

const sorted = (keys: readonly string[], dialect: 'go2' | 'go3'): string[] =>
  [...keys].sort((a, b) => compareKeys(a, b, dialect));

describe('the order of keys', () => {
  it.each([
    { name: 'the part before the whole', keys: ['', 'a', 'ab', 'abc', 'é', 'éa'] },
    { name: 'letters by code point', keys: ['A', 'Z', 'a', 'z', 'ß', 'é', 'Ω', '𝒜'] },
    { name: 'other characters before letters', keys: ['a-b', 'a.b', 'a1', 'aB', 'ab'] },
    { name: 'digits by their number', keys: ['1', '2', '10', 'a2', 'a10', 'a10b'] },
    { name: 'characters beyond ASCII by code point', keys: ['x-é', 'xa', 'xé', 'xé1', 'xéa'] },
  ])('has $name', ({ keys }) => {
    for (const dialect of ['go2', 'go3'] as const) expect(sorted(keys.toReversed(), dialect)).toEqual(keys);
  });

  it('differs between the generations where a letter follows equal digits', () => {
    expect(sorted(['1a', '1-'], 'go2')).toEqual(['1-', '1a']);
    expect(sorted(['1a', '1-'], 'go3')).toEqual(['1a', '1-']);
  });
});
