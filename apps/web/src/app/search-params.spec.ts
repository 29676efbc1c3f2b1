import { describe, expect, it } from 'vitest';
import {
  compact,
  countOf,
  flagOf,
  listOf,
  parseSearch,
  stringifySearch,
  wordOf,
  wordsOf,
} from './search-params.js';

describe('view state in the address', () => {
  it('comes back as it went in', () => {
    const text = stringifySearch({
      q: 'a b&c=d',
      health: ['Degraded', 'Missing'],
      node: 'apps/Deployment/shop/cart',
      wrap: true,
      none: undefined,
    });
    expect(text).toBe('?q=a+b%26c%3Dd&health=Degraded,Missing&node=apps/Deployment/shop/cart&wrap=1');
    const raw = parseSearch(text);
    expect(raw['q']).toBe('a b&c=d');
    expect(listOf(raw, 'health')).toEqual(['Degraded', 'Missing']);
    expect(flagOf(raw, 'wrap')).toBe(true);
  });

  it('keeps a plus sign that was typed', () => {
    expect(parseSearch(stringifySearch({ q: 'c++' }))['q']).toBe('c++');
  });

  it('drops words it does not know instead of failing', () => {
    const raw = parseSearch('?health=Degraded,Purple&view=cube&tail=-4&n=12');
    expect(wordsOf(raw, 'health', ['Degraded', 'Healthy'])).toEqual(['Degraded']);
    expect(wordOf(raw, 'view', ['table', 'tiles'])).toBeUndefined();
    expect(countOf(raw, 'tail')).toBeUndefined();
    expect(countOf(raw, 'n')).toBe(12);
  });

  it('treats prototype keys as ordinary text', () => {
    const raw = parseSearch('?__proto__=x&constructor=y');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Object.hasOwn(raw, '__proto__')).toBe(true);
  });

  it('leaves undefined out', () => {
    expect(compact({ a: 1, b: undefined })).toEqual({ a: 1 });
  });
});
