const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration in its largest unit, as kubectl prints ages: `42s`, `7m`, `3h`, `12d`. */
export function shortAge(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)}${unit}`;
  return '0s';
}

/** A duration in its two largest units: `1m 20s`, `2d 3h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Milliseconds between two API times; undefined when either is missing or not a time. */
export function between(from: string | undefined, to: string | number | undefined): number | undefined {
  if (!from || to === undefined) return undefined;
  const ms = (typeof to === 'number' ? to : Date.parse(to)) - Date.parse(from);
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
