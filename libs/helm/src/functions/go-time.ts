import { goInt, GoInt, GoObject, type GoMethods, type GoValue } from '../template/values.js';
import { GoDuration, SECOND } from './go-duration.js';
import { define } from './signature.js';
import { DAYS, formatTime, MONTHS } from './time-format.js';

/** Seconds from Go's year 1 to 1970, of the zero time. */
export const ZERO_TIME_SECONDS = -62_135_596_800n;

/** A place's clock: its offset at a moment and what it is called then. */
export interface Zone {
  readonly name: string;
  at(seconds: bigint): { offsetSeconds: number; abbreviation: string };
}

export const UTC: Zone = { name: 'UTC', at: () => ({ offsetSeconds: 0, abbreviation: 'UTC' }) };

/** A zone with one offset for ever. */
export function fixedZone(offsetSeconds: number, abbreviation = ''): Zone {
  return { name: abbreviation, at: () => ({ offsetSeconds, abbreviation }) };
}

const zones = new Map<string, Zone>();

/** A zone by its IANA name; undefined when it is unknown. `Local` is UTC, so that a render does not depend on the machine. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return UTC;
  const known = zones.get(name);
  if (known) return known;
  try {
    const zone = namedZone(name);
    zones.set(name, zone);
    return zone;
  } catch {
    return undefined;
  }
}

function namedZone(name: string): Zone {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  const short = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
  return {
    name,
    at(seconds) {
      const moment = new Date(Number(seconds) * 1000);
      const read = (type: string): number =>
        Number(parts.formatToParts(moment).find((part) => part.type === type)?.value);
      const local = Date.UTC(
        read('year'),
        read('month') - 1,
        read('day'),
        read('hour'),
        read('minute'),
        read('second'),
      );
      const offsetSeconds = Math.round((local - Number(seconds) * 1000) / 1000);
      const shown = short.formatToParts(moment).find((part) => part.type === 'timeZoneName')?.value ?? '';
      return { offsetSeconds, abbreviation: abbreviate(shown, offsetSeconds, name) };
    },
  };
}

const EUROPEAN: Record<string, readonly [string, string]> = {
  '0': ['GMT', 'WET'],
  '3600': ['CET', 'BST'],
  '7200': ['CEST', 'EET'],
  '10800': ['EEST', 'MSK'],
};

/** The abbreviation of the time zone database, which Intl knows for few zones. */
function abbreviate(shown: string, offsetSeconds: number, name: string): string {
  if (!shown.startsWith('GMT') || shown === 'GMT') return shown;
  if (name.startsWith('Europe/')) {
    const [usual, other] = EUROPEAN[String(offsetSeconds)] ?? ['', ''];
    const isBritish = /London|Belfast|Dublin|Jersey|Guernsey|Isle_of_Man/.test(name);
    const isEastern =
      /Athens|Bucharest|Helsinki|Kiev|Kyiv|Riga|Sofia|Tallinn|Vilnius|Mariehamn|Chisinau/.test(name);
    if (offsetSeconds === 3600 && isBritish) return other;
    if (offsetSeconds === 7200 && isEastern) return other;
    if (usual !== '') return offsetSeconds === 10_800 && !isEastern ? other : usual;
  }
  if (name === 'Asia/Tokyo') return 'JST';
  if (name === 'Asia/Shanghai') return 'CST';
  if (name === 'Asia/Kolkata' || name === 'Asia/Calcutta') return 'IST';
  const hours = Math.trunc(Math.abs(offsetSeconds) / 3600)
    .toString()
    .padStart(2, '0');
  const minutes = Math.trunc((Math.abs(offsetSeconds) % 3600) / 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}

/** A named integer such as a month: a number that prints as a word. */
class NamedInt extends GoObject {
  override readonly methods: GoMethods;

  constructor(
    readonly typeName: string,
    readonly value: number,
    readonly word: string,
  ) {
    super();
    this.methods = new Map([['String', define('', () => word)]]);
  }

  override goString(): string {
    return this.word;
  }

  override goJson(): GoValue {
    return goInt(this.value);
  }

  override get kind(): string {
    return 'int';
  }
}

/** A time.Time. */
export class GoTime extends GoObject {
  override readonly typeName = 'time.Time';
  override readonly methods: GoMethods;

  constructor(
    /** Since 1970. */
    readonly seconds: bigint,
    readonly nanoseconds: number,
    readonly zone: Zone,
  ) {
    super();
    this.methods = timeMethods(this);
  }

  static fromMilliseconds(milliseconds: number, zone: Zone = UTC): GoTime {
    const seconds = Math.floor(milliseconds / 1000);
    return new GoTime(BigInt(seconds), Math.round((milliseconds - seconds * 1000) * 1e6), zone);
  }

  in(zone: Zone): GoTime {
    return new GoTime(this.seconds, this.nanoseconds, zone);
  }

  add(nanoseconds: bigint): GoTime {
    const total = this.unixNano + nanoseconds;
    const rest = ((total % SECOND) + SECOND) % SECOND;
    return new GoTime((total - rest) / SECOND, Number(rest), this.zone);
  }

  get unixNano(): bigint {
    return this.seconds * SECOND + BigInt(this.nanoseconds);
  }

  /** The wall clock of the zone, as a Date whose UTC fields are to be read. */
  get wall(): Date {
    const { offsetSeconds } = this.zone.at(this.seconds);
    return new Date((Number(this.seconds) + offsetSeconds) * 1000);
  }

  override goString(): string {
    return formatTime(this, '2006-01-02 15:04:05.999999999 -0700 MST');
  }

  override goJson(): GoValue {
    return formatTime(this, '2006-01-02T15:04:05.999999999Z07:00');
  }
}

function timeMethods(time: GoTime): GoMethods {
  const field = (read: (wall: Date) => number) => define('', () => goInt(read(time.wall)));
  const other = (value: GoValue): GoTime => value as GoTime;
  const type = 'time.Time';
  return new Map([
    ['Format', define('string', (layout) => formatTime(time, layout))],
    ['String', define('', () => time.goString())],
    ['Unix', define('', () => new GoInt(time.seconds, 'int64'))],
    ['UnixNano', define('', () => new GoInt(time.unixNano, 'int64'))],
    ['UnixMilli', define('', () => new GoInt(time.unixNano / 1_000_000n, 'int64'))],
    ['UTC', define('', () => time.in(UTC))],
    ['Local', define('', () => time.in(UTC))],
    ['Year', field((wall) => wall.getUTCFullYear())],
    [
      'Month',
      define(
        '',
        () => new NamedInt('time.Month', time.wall.getUTCMonth() + 1, MONTHS[time.wall.getUTCMonth()] ?? ''),
      ),
    ],
    [
      'Weekday',
      define(
        '',
        () => new NamedInt('time.Weekday', time.wall.getUTCDay(), DAYS[time.wall.getUTCDay()] ?? ''),
      ),
    ],
    ['Day', field((wall) => wall.getUTCDate())],
    ['Hour', field((wall) => wall.getUTCHours())],
    ['Minute', field((wall) => wall.getUTCMinutes())],
    ['Second', field((wall) => wall.getUTCSeconds())],
    ['Nanosecond', define('', () => goInt(time.nanoseconds))],
    [
      'YearDay',
      field((wall) => Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / 86_400_000) + 1),
    ],
    ['Add', define('time.Duration', (duration) => time.add((duration as GoDuration).nanoseconds))],
    ['Sub', define(type, (value) => new GoDuration(time.unixNano - other(value).unixNano))],
    [
      'AddDate',
      define('int int int', (years, months, days) => {
        const wall = time.wall;
        const moved = Date.UTC(
          wall.getUTCFullYear() + Number(years.value),
          wall.getUTCMonth() + Number(months.value),
          wall.getUTCDate() + Number(days.value),
          wall.getUTCHours(),
          wall.getUTCMinutes(),
          wall.getUTCSeconds(),
        );
        const { offsetSeconds } = time.zone.at(time.seconds);
        return new GoTime(BigInt(moved / 1000 - offsetSeconds), time.nanoseconds, time.zone);
      }),
    ],
    ['Before', define(type, (value) => time.unixNano < other(value).unixNano)],
    ['After', define(type, (value) => time.unixNano > other(value).unixNano)],
    ['Equal', define(type, (value) => time.unixNano === other(value).unixNano)],
    ['IsZero', define('', () => time.seconds === ZERO_TIME_SECONDS && time.nanoseconds === 0)],
  ]);
}
