import { GoInt, goInt64, type GoValue, typeName } from '../template/values.js';
import { toFloat } from './cast.js';
import {
  formatDuration,
  GoDuration,
  HOUR,
  MINUTE,
  parseDuration,
  roundDuration,
  SECOND,
} from './go-duration.js';
import { GoTime, loadZone, UTC, ZERO_TIME_SECONDS } from './go-time.js';
import { define, type FunctionTable } from './signature.js';
import { formatTime } from './time-format.js';
import { parseTime } from './time-parse.js';

const DAY = 24n * HOUR;
const NANOSECONDS_PER_SECOND = 1e9;

/** The moment a value names: a time or seconds since 1970; anything else is now. */
function momentOf(value: GoValue, now: () => GoTime): GoTime {
  if (value instanceof GoTime) return value;
  if (value instanceof GoInt && ['int', 'int64', 'int32'].includes(value.kind))
    return new GoTime(value.value, 0, UTC);
  return now();
}

/** The largest unit that fits: `2d`, `3mo`. */
function coarse(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  for (const [unit, name] of [
    [365n * DAY, 'y'],
    [30n * DAY, 'mo'],
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const) {
    if (size > unit) return `${size / unit}${name}`;
  }
  return '0s';
}

/** Helm's reading of a duration: Go's syntax, or a number of seconds. */
function durationOf(value: GoValue): bigint {
  if (value instanceof GoDuration) return value.nanoseconds;
  if (value instanceof GoInt) return value.value * SECOND;
  if (typeof value === 'number') return secondsOf(value);
  if (typeof value !== 'string') {
    throw new Error(
      value === null || value === undefined
        ? 'invalid duration'
        : `unsupported duration type ${typeName(value)}`,
    );
  }
  const text = value.trim();
  if (text === '') throw new Error('empty duration');
  const parsed = parseDuration(text);
  if (parsed !== undefined) return parsed;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return secondsOf(Number(text));
  throw new Error(`could not parse duration ${JSON.stringify(value)}`);
}

function secondsOf(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new Error(`invalid duration seconds: ${seconds}`);
  return BigInt(Math.trunc(seconds * NANOSECONDS_PER_SECOND));
}

function quietly<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

/** Helm 4's duration helpers. */
export const durationFunctions: FunctionTable = {
  mustToDuration: define('any', (value) => new GoDuration(durationOf(value))),
  durationSeconds: define('any', (value) => inUnits(value, 1)),
  durationMinutes: define('any', (value) => inUnits(value, 60)),
  durationHours: define('any', (value) => inUnits(value, 3600)),
  durationDays: define('any', (value) => inUnits(value, 3600) / 24),
  durationWeeks: define('any', (value) => inUnits(value, 3600) / 24 / 7),
  durationMilliseconds: define('any', (value) => goInt64(quietly(() => durationOf(value), 0n) / 1_000_000n)),
  durationMicroseconds: define('any', (value) => goInt64(quietly(() => durationOf(value), 0n) / 1000n)),
  durationNanoseconds: define('any', (value) => goInt64(quietly(() => durationOf(value), 0n))),
  durationRoundTo: define('any any', (value, multiple) => rounded(value, multiple, roundDuration)),
  durationTruncateTo: define('any any', (value, multiple) =>
    rounded(value, multiple, (duration, unit) => (unit <= 0n ? duration : duration - (duration % unit))),
  ),
};

function inUnits(value: GoValue, seconds: number): number {
  return toFloat(Number(quietly(() => durationOf(value), 0n))) / (seconds * NANOSECONDS_PER_SECOND);
}

function rounded(
  value: GoValue,
  multiple: GoValue,
  round: (duration: bigint, unit: bigint) => bigint,
): GoDuration {
  const duration = quietly(() => durationOf(value), undefined);
  if (duration === undefined) return new GoDuration(0n);
  const unit = quietly(() => durationOf(multiple), undefined);
  return new GoDuration(unit === undefined ? duration : round(duration, unit));
}

/** Sprig's date functions. The local zone is UTC. */
export function dateFunctions(clock: () => number): FunctionTable {
  const now = (): GoTime => GoTime.fromMilliseconds(clock());
  const inZone = (layout: string, value: GoValue, zone: string): string =>
    formatTime(momentOf(value, now).in(loadZone(zone) ?? UTC), layout);
  const modify = define('string time.Time', (text, time) => {
    const duration = parseDuration(text);
    return duration === undefined ? time : (time as GoTime).add(duration);
  });
  const mustModify = define('string time.Time', (text, time) => {
    const duration = parseDuration(text);
    if (duration === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
    return (time as GoTime).add(duration);
  });
  const dateInZone = define('string any string', inZone);
  return {
    now: define('', now),
    date: define('string any', (layout, value) => inZone(layout, value, 'Local')),
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: define('any', (value) => inZone('2006-01-02', value, 'Local')),
    htmlDateInZone: define('any string', (value, zone) => inZone('2006-01-02', value, zone)),
    dateModify: modify,
    date_modify: modify,
    mustDateModify: mustModify,
    must_date_modify: mustModify,
    toDate: define('string string', (layout, text) =>
      quietly(() => parseTime(layout, text), new GoTime(ZERO_TIME_SECONDS, 0, UTC)),
    ),
    mustToDate: define('string string', parseTime),
    unixEpoch: define('time.Time', (time) => String((time as GoTime).seconds)),
    ago: define('any', (value) =>
      formatDuration(roundDuration(now().unixNano - momentOf(value, now).unixNano, SECOND)),
    ),
    duration: define('any', (value) => {
      if (typeof value === 'string')
        return formatDuration(/^[+-]?\d+$/.test(value) ? BigInt(value) * SECOND : 0n);
      return formatDuration(value instanceof GoInt && value.kind === 'int64' ? value.value * SECOND : 0n);
    }),
    durationRound: define('any', (value) => {
      if (typeof value === 'string') return coarse(parseDuration(value) ?? 0n);
      if (value instanceof GoTime) return coarse(now().unixNano - value.unixNano);
      return coarse(value instanceof GoInt && value.kind === 'int64' ? value.value : 0n);
    }),
  };
}
