import { CodedError } from '@lotse/manifests';
import { parseDuration, utcDate, utcMs } from '../../time.js';

/** When something is due again. */
export interface Schedule {
  /** The first instant after `afterMs`; undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DESCRIPTORS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
/** How far ahead a matching day is looked for: 29 February comes within eight years. */
const SEARCH_DAYS = 366 * 8;

/**
 * Parses a cron schedule as Kubernetes does (robfig/cron, standard parser): five fields, names, lists, ranges, steps,
 * descriptors and `@every`. Throws a CodedError that names the field.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  if (text.startsWith('@every ')) {
    const everyMs = Math.max(
      1000,
      Math.floor((parseDuration(text.slice(7).trim()) ?? fail(text, 'the duration after @every')) / 1000) *
        1000,
    );
    return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + everyMs };
  }
  const fields = (DESCRIPTORS[text] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return fail(text, `five fields, found ${fields.length}`);
  const [minutes, hours, days, months, weekdays] = [
    parseField(text, fields[0] ?? '', 0, 59, 'minute'),
    parseField(text, fields[1] ?? '', 0, 23, 'hour'),
    parseField(text, fields[2] ?? '', 1, 31, 'day of month'),
    parseField(text, fields[3] ?? '', 1, 12, 'month', MONTHS, 1),
    parseField(text, fields[4] ?? '', 0, 7, 'day of week', DAYS, 0),
  ];
  if (weekdays.has(7)) weekdays.add(0);
  const anyDay = /^[*?]/.test(fields[2] ?? '');
  const anyWeekday = /^[*?]/.test(fields[4] ?? '');
  const zone = zoneReader(text, timeZone);
  const dayMatches = (day: number, weekday: number): boolean =>
    anyDay || anyWeekday ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday);
  const times = [...hours]
    .sort((a, b) => a - b)
    .flatMap((hour) => [...minutes].sort((a, b) => a - b).map((minute) => ({ hour, minute })));
  return {
    next(afterMs) {
      const start = zone.local(afterMs);
      for (let offset = 0; offset < SEARCH_DAYS; offset++) {
        const date = utcDate(start.year, start.month, start.day + offset);
        if (!months.has(date.month) || !dayMatches(date.day, date.weekday)) continue;
        const walls = times.map(({ hour, minute }) => utcMs(date.year, date.month, date.day, hour, minute));
        const found = zone.firstAfter(walls, afterMs);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function fail(text: string, what: string): never {
  throw new CodedError('CRON_SCHEDULE_INVALID', `cannot read the cron schedule "${text}": expected ${what}`);
}

function parseField(
  text: string,
  field: string,
  min: number,
  max: number,
  label: string,
  names: readonly string[] = [],
  base = 0,
): Set<number> {
  const values = new Set<number>();
  const number = (part: string): number => {
    const named = names.indexOf(part.toLowerCase());
    const value =
      named >= 0
        ? named + base
        : /^\d+$/.test(part)
          ? Number(part)
          : fail(text, `a number in ${label}, found "${part}"`);
    return value >= min && value <= max
      ? value
      : fail(text, `${label} between ${min} and ${max}, found ${value}`);
  };
  for (const part of field.split(',')) {
    const [range = '', stepText] = part.split('/');
    const step =
      stepText === undefined
        ? 1
        : /^[1-9]\d*$/.test(stepText)
          ? Number(stepText)
          : fail(text, `a positive step in ${label}, found "${stepText}"`);
    const [low, high] =
      range === '*' || range === '?'
        ? [min, label === 'day of week' ? 6 : max]
        : range.includes('-')
          ? range.split('-').map(number)
          : [number(range), stepText === undefined ? number(range) : max];
    if (low === undefined || high === undefined || low > high)
      fail(text, `a range from low to high in ${label}, found "${range}"`);
    for (let value = low; value <= high; value += step) values.add(value);
  }
  return values;
}

interface Zone {
  local(ms: number): { year: number; month: number; day: number; hour: number; minute: number };
  /**
   * The first instant after `afterMs` at which the clock on the wall shows one of these times of one day (written as if they
   * were UTC, in order). A time that a clock change skips never comes, one that it repeats comes twice.
   */
  firstAfter(walls: readonly number[], afterMs: number): number | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function zoneReader(text: string, timeZone: string): Zone {
  const isUtc = timeZone === 'UTC' || timeZone === 'Etc/UTC';
  const format = (() => {
    try {
      return new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      });
    } catch {
      return fail(text, `a time zone of the IANA database, found "${timeZone}"`);
    }
  })();
  const local: Zone['local'] = (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return {
      year: part('year'),
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
    };
  };
  const offsetAt = (ms: number): number => {
    const { year, month, day, hour, minute } = local(ms);
    return utcMs(year, month, day, hour, minute) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  };
  return {
    local,
    firstAfter(walls, afterMs) {
      const [firstMs = 0] = walls;
      // A day before and two days later lie outside of the day in every zone: the same offset there, no change between.
      const offsets = isUtc ? [0] : [offsetAt(firstMs - DAY_MS), offsetAt(firstMs + 2 * DAY_MS)];
      const [before = 0, after = before] = offsets;
      if (before === after) return walls.map((wallMs) => wallMs - before).find((ms) => ms > afterMs);
      const instants = walls
        .flatMap((wallMs) => offsets.map((offset) => ({ ms: wallMs - offset, offset })))
        .filter(({ ms, offset }) => ms > afterMs && offsetAt(ms) === offset)
        .map(({ ms }) => ms);
      return instants.length > 0 ? Math.min(...instants) : undefined;
    },
  };
}
