import { describe, expect, it } from 'vitest';
import { step } from './use-grid-keys.js';

describe('moving through a grid', () => {
  it.each([
    ['ArrowDown', 4, 4],
    ['k', 4, -4],
    ['ArrowRight', 4, 1],
    ['ArrowRight', 1, undefined],
    ['ArrowUp', 1, -1],
    ['x', 4, undefined],
  ])('%s in %d columns steps by %s', (key, columns, by) => expect(step(key, columns)).toBe(by));
});
