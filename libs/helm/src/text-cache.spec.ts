import { describe, expect, it } from 'vitest';
import { TextCache } from './text-cache.js';

describe('what texts were turned into', () => {
  it('is made once for each text and variant', () => {
    const cache = new TextCache<string>(1000);
    const made: string[] = [];
    const get = (text: string, variant?: string): string =>
      cache.get(text, () => (made.push(text), `${text} as ${variant}`), variant);
    expect([get('a', 'x'), get('a', 'y'), get('a', 'x'), get('b', 'x'), get('a')]).toEqual([
      'a as x',
      'a as y',
      'a as x',
      'b as x',
      'a as undefined',
    ]);
    expect(made).toEqual(['a', 'a', 'b', 'a']);
  });

  it('is forgotten when there is too much of it, variants counted', () => {
    const cache = new TextCache<number>(10);
    let made = 0;
    const get = (text: string, variant: string): number => cache.get(text, () => ++made, variant);
    expect([get('a', '1234'), get('b', '1234'), get('a', '1234')]).toEqual([1, 2, 1]);
    expect([get('c', '1234'), get('a', '1234')]).toEqual([3, 4]);
  });

  it('is not remembered when making it failed', () => {
    const cache = new TextCache<number>(10);
    const fail = (): number => {
      throw new Error('no');
    };
    expect(() => cache.get('a', fail)).toThrow('no');
    expect(() => cache.get('a', fail)).toThrow('no');
    expect(cache.get('a', () => 1)).toBe(1);
  });
});
