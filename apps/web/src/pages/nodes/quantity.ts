const SUFFIXES = new Map([
  ['', 1],
  ['m', 1e-3],
  ['u', 1e-6],
  ['n', 1e-9],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['Ki', 1024],
  ['Mi', 1024 ** 2],
  ['Gi', 1024 ** 3],
  ['Ti', 1024 ** 4],
  ['Pi', 1024 ** 5],
]);

/** A Kubernetes quantity as a number: `250m` is 0.25, `8Gi` is 8589934592. What is no quantity counts as nothing. */
export function parseQuantity(text: unknown): number {
  if (typeof text === 'number') return text;
  const match =
    typeof text === 'string' ? /^([+-]?[\d.]+(?:e[+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(text.trim()) : null;
  const factor = SUFFIXES.get(match?.[2] ?? '');
  const value = Number(match?.[1]);
  return match && factor !== undefined && Number.isFinite(value) ? value * factor : 0;
}

/** Bytes as people read them: `1.5 GiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 10 || Number.isInteger(size) ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Processor cores as people read them: `0.25`, `4`. */
export function cores(value: number): string {
  return String(Math.round(value * 100) / 100);
}
