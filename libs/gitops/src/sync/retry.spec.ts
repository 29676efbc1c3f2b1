import { describe, expect, it } from 'vitest';
import { durationMs, retryDelayMs } from './retry.js';

describe('retries', () => {
  it.each<[string | undefined, number | undefined]>([
    ['5s', 5_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['250ms', 250],
    ['10', 10_000],
    ['', undefined],
    [undefined, undefined],
    ['soon', undefined],
    ['5 s', undefined],
  ])('%j is %s ms', (text, expected) => expect(durationMs(text)).toBe(expected));
  it('wait longer each time up to the longest, and end at the limit', () => {
    const retry = { limit: 4, backoff: { duration: '1s', factor: 3, maxDuration: '10s' } };
    expect([0, 1, 2, 3, 4].map((count) => retryDelayMs(retry, count))).toEqual([
      1_000,
      3_000,
      9_000,
      10_000,
      undefined,
    ]);
  });
  it('do not happen unless asked for, and never end with a limit of -1', () => {
    expect([retryDelayMs(undefined, 0), retryDelayMs({}, 0)]).toEqual([undefined, undefined]);
    expect(retryDelayMs({ limit: -1 }, 1_000)).toBe(180_000);
  });
});
