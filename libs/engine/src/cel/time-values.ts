import { CelDuration, CelTimestamp } from './values.js';

const NANO_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
/** Years 1 to 9999, in seconds since 1970. */
const RANGE = { least: -62_135_596_800n, most: 253_402_300_799n };
const TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const UNITS: Record<string, bigint> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANO_PER_SECOND,
  m: 60n * NANO_PER_SECOND,
  h: 3600n * NANO_PER_SECOND,
};

/** What a calendar and a clock show. `month` is 1 to 12, `weekday` 0 for Sunday. */
export interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly dayOfYear: number;
}

/** Reads an RFC 3339 time; undefined when it is not one. */
export function parseCelTime(text: string): CelTimestamp | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (Number(match[9] ?? 0) * 3600 + Number(match[10] ?? 0) * 60);
  const seconds = BigInt(
    daysSince1970(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset,
  );
  const nano = BigInt((match[7] ?? '').padEnd(9, '0').slice(0, 9));
  return isInRange(seconds) ? new CelTimestamp(seconds * NANO_PER_SECOND + nano) : undefined;
}

export const isInRange = (seconds: bigint): boolean => seconds >= RANGE.least && seconds <= RANGE.most;

export function formatCelTime({ nano }: CelTimestamp): string {
  const at = fieldsOf(nano);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = String(modulo(nano, NANO_PER_SECOND)).padStart(9, '0').replace(/0+$/, '');
  const date = `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
  return `${date}T${two(at.hour)}:${two(at.minute)}:${two(at.second)}${fraction && `.${fraction}`}Z`;
}

/** Reads a duration as Go writes it: `1h30m`, `1.5s`; undefined when it is not one. */
export function parseCelDuration(text: string): CelDuration | undefined {
  const sign = /^[-+]?/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return new CelDuration(0n);
  if (!/^(?:(?:\d{1,19}(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nano = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const size = UNITS[unit] ?? 0n;
    const digits = fraction.slice(0, 18);
    nano += BigInt(whole || '0') * size + (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length);
  }
  if (nano > 2n ** 63n - 1n) return undefined;
  return new CelDuration(sign === '-' ? -nano : nano);
}

/** `90s`, `1.5s`: durations are written in seconds. */
export function formatCelDuration({ nano }: CelDuration): string {
  const size = nano < 0n ? -nano : nano;
  const fraction = String(size % NANO_PER_SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nano < 0n ? '-' : ''}${size / NANO_PER_SECOND}${fraction && `.${fraction}`}s`;
}

/** What the calendar and the clock show at a moment, in UTC. */
export function fieldsOf(nano: bigint): Fields {
  const seconds = Number((nano - modulo(nano, NANO_PER_SECOND)) / NANO_PER_SECOND);
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const inDay = seconds - days * SECONDS_PER_DAY;
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(inDay / 3600),
    minute: Math.floor((inDay % 3600) / 60),
    second: inDay % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysSince1970(year, 1, 1),
  };
}

export function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

// The calendar in whole days: eras of 400 years that begin on the first of March.
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const inEra = shifted - era * 400;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + inYear - 719_468;
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const inEra = shifted - era * 146_097;
  const years = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const part = Math.floor((5 * inYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  return {
    year: years + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: inYear - Math.floor((153 * part + 2) / 5) + 1,
  };
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}
