import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttle } from './throttle.js';

describe('throttling', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('runs at once, then once per interval, and never loses the last call', () => {
    const run = vi.fn();
    const { call } = throttle(run, 1_000);
    call();
    expect(run).toHaveBeenCalledTimes(1);
    call();
    call();
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(run).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('runs nothing after it was cancelled', () => {
    const run = vi.fn();
    const { call, cancel } = throttle(run, 1_000);
    call();
    call();
    cancel();
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
