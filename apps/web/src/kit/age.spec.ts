import { describe, expect, it } from 'vitest';
import { between, duration, shortAge } from './age.js';

describe('ages', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [59_000, '59s'],
    [60_000, '1m'],
    [7_200_000, '2h'],
    [12 * 86_400_000, '12d'],
  ])('prints %d ms as %s', (ms, text) => expect(shortAge(ms)).toBe(text));

  it.each([
    [320, '320 ms'],
    [80_000, '1m 20s'],
    [3_600_000, '1h'],
    [2 * 86_400_000 + 3 * 3_600_000 + 5, '2d 3h'],
    [86_400_000 + 5_000, '1d'],
  ])('prints %d ms as a duration of %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('never goes below zero and says nothing about what is not a time', () => {
    expect(between('2026-01-01T00:00:10Z', '2026-01-01T00:00:00Z')).toBe(0);
    expect(between('soon', '2026-01-01T00:00:00Z')).toBeUndefined();
    expect(between(undefined, 5)).toBeUndefined();
  });
});
