import type { RetryStrategy } from '../application/types.js';

const DEFAULT_DURATION_MS = 5_000;
const DEFAULT_FACTOR = 2;
const DEFAULT_MAX_MS = 180_000;
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go writes it (`1m30s`), or as a bare number of seconds; undefined when it is neither. */
export function durationMs(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  let total = 0;
  let rest = text;
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)/.exec(rest);
    if (!match?.[1] || !match[2]) return undefined;
    total += Number(match[1]) * (UNITS[match[2]] ?? 0);
    rest = rest.slice(match[0].length);
  }
  return total;
}

/** How long to wait before attempt `retryCount + 1`; undefined when there is none. A limit of -1 never ends. */
export function retryDelayMs(retry: RetryStrategy | undefined, retryCount: number): number | undefined {
  const limit = retry?.limit ?? 0;
  if (limit >= 0 && retryCount >= limit) return undefined;
  const base = durationMs(retry?.backoff?.duration) ?? DEFAULT_DURATION_MS;
  const factor = retry?.backoff?.factor ?? DEFAULT_FACTOR;
  const max = durationMs(retry?.backoff?.maxDuration) ?? DEFAULT_MAX_MS;
  return Math.min(base * factor ** retryCount, max);
}
