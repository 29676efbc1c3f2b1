import { describe, expect, it } from 'vitest';
import { withoutTrailing } from './without-trailing.js';

describe('a text without its end', () => {
  it.each([
    ['a//', 'a'],
    ['a/b', 'a/b'],
    ['//', ''],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(withoutTrailing(text, '/')).toBe(expected);
  });

  it('is found at once in a long run that something follows', () => {
    const text = `${'/'.repeat(3_000_000)}a`;
    expect(withoutTrailing(text, '/')).toBe(text);
  });
});
