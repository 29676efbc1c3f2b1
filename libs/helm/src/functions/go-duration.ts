import { GoInt } from '../template/values.js';
import { define } from './signature.js';
import { GoObject, type GoMethods, type GoValue } from '../template/values.js';

export const NANOSECOND = 1n;
export const MICROSECOND = 1000n;
export const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['μs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);
const MAX_INT64 = (1n << 63n) - 1n;

/** time.ParseDuration in nanoseconds; undefined when the text is none. */
export function parseDuration(text: string): bigint | undefined {
  const match = /^([+-]?)(.*)$/s.exec(text);
  const body = match?.[2] ?? '';
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let total = 0n;
  for (const part of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const unit = UNITS.get(part[3] ?? '') ?? 0n;
    const fraction = part[2] ?? '';
    total +=
      BigInt(part[1] || '0') * unit +
      (fraction === '' ? 0n : (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length));
  }
  if (total > MAX_INT64) return undefined;
  return match?.[1] === '-' ? -total : total;
}

/** time.Duration's String: `1h2m3.5s`, `1.5ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < SECOND) {
    if (size < MICROSECOND) return `${sign}${size}ns`;
    const [unit, name] = size < MILLISECOND ? [MICROSECOND, 'µs'] : [MILLISECOND, 'ms'];
    return `${sign}${withFraction(size, unit)}${name}`;
  }
  const hours = size / HOUR;
  const minutes = (size % HOUR) / MINUTE;
  const seconds = `${withFraction(size % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

function withFraction(value: bigint, unit: bigint): string {
  const fraction = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}

/** Rounds half away from zero to a multiple, as time.Duration's Round does. */
export function roundDuration(value: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return value;
  const rest = value % multiple;
  const size = rest < 0n ? -rest : rest;
  if (size * 2n < multiple) return value - rest;
  return value - rest + (value < 0n ? -multiple : multiple);
}

/** A time.Duration. */
export class GoDuration extends GoObject {
  override readonly typeName = 'time.Duration';
  override readonly methods: GoMethods;

  constructor(readonly nanoseconds: bigint) {
    super();
    const float = (unit: bigint) => define('', () => Number(nanoseconds) / Number(unit));
    const whole = (unit: bigint) => define('', () => new GoInt(nanoseconds / unit, 'int64'));
    this.methods = new Map([
      ['String', define('', () => formatDuration(nanoseconds))],
      ['Hours', float(HOUR)],
      ['Minutes', float(MINUTE)],
      ['Seconds', float(SECOND)],
      ['Milliseconds', whole(MILLISECOND)],
      ['Microseconds', whole(MICROSECOND)],
      ['Nanoseconds', whole(NANOSECOND)],
    ]);
  }

  override goString(): string {
    return formatDuration(this.nanoseconds);
  }

  override goJson(): GoValue {
    return new GoInt(this.nanoseconds, 'int64');
  }

  override get kind(): string {
    return 'int64';
  }
}
