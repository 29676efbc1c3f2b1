import { describe, expect, it } from 'vitest';
import { ContentCache } from './content-cache.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('ContentCache', () => {
  it('makes the value of a content once, whatever the buffer it comes in', () => {
    const cache = new ContentCache<object>();
    const first = cache.get(bytes('a'), 'x', () => ({}));
    expect(cache.get(bytes('a'), 'x', () => ({}))).toBe(first);
  });

  it('tells contents and names apart', () => {
    const cache = new ContentCache<string>();
    cache.get(bytes('a'), 'x', () => 'ax');
    expect(cache.get(bytes('a'), 'y', () => 'ay')).toBe('ay');
    expect(cache.get(bytes('b'), 'x', () => 'bx')).toBe('bx');
  });

  it('forgets what was not used for longest when it is full', () => {
    const cache = new ContentCache<number>(10);
    let made = 0;
    const read = (text: string): number => cache.get(bytes(text), '', () => ++made);
    read('aaaa');
    read('bbbb');
    read('aaaa');
    read('cccc');
    expect(made).toBe(3);
    read('aaaa');
    expect(made).toBe(3);
    read('bbbb');
    expect(made).toBe(4);
  });

  it('does not keep what is larger than all it may hold, nor failures', () => {
    const cache = new ContentCache<number>(3);
    let made = 0;
    cache.get(bytes('long text'), '', () => ++made);
    cache.get(bytes('long text'), '', () => ++made);
    expect(made).toBe(2);
    const failing = (): number => {
      throw new Error('no');
    };
    expect(() => cache.get(bytes('a'), '', failing)).toThrow('no');
    expect(cache.get(bytes('a'), '', () => 7)).toBe(7);
  });
});
