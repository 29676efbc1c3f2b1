import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads `90s`, `1m30s`, `500ms`, `1h` as milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return total;
}

/** A duration between two bounds in milliseconds, as a schema. */
export function durationSchema(minimumMs: number, maximumMs: number): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= minimumMs && ms <= maximumMs) return ms;
    context.addIssue({
      code: 'custom',
      message: `must be a duration between ${minimumMs}ms and ${maximumMs}ms, such as 60s or 1m30s`,
    });
    return z.NEVER;
  });
}
