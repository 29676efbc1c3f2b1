import { goQuote } from '../template/go-quote.js';
import { fixedZone, GoTime, UTC, type Zone } from './go-time.js';
import { DAYS, MONTHS, splitLayout } from './time-format.js';

interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  afternoon: boolean | undefined;
  zone: Zone | undefined;
}

/** Patterns of what may stand for a piece of a layout. */
const PATTERNS: Record<string, string> = {
  January: MONTHS.join('|'),
  Jan: MONTHS.map((name) => name.slice(0, 3)).join('|'),
  Monday: DAYS.join('|'),
  Mon: DAYS.map((name) => name.slice(0, 3)).join('|'),
  '01': '\\d{2}',
  '1': '\\d{1,2}',
  '02': '\\d{2}',
  '2': '\\d{1,2}',
  _2: ' ?\\d{1,2}',
  '002': '\\d{3}',
  __2: ' {0,2}\\d{1,3}',
  '15': '\\d{2}',
  '03': '\\d{2}',
  '3': '\\d{1,2}',
  '04': '\\d{2}',
  '4': '\\d{1,2}',
  '05': '\\d{2}(?:[.,]\\d+)?',
  '5': '\\d{1,2}(?:[.,]\\d+)?',
  '2006': '\\d{4}',
  '06': '\\d{2}',
  PM: 'AM|PM',
  pm: 'am|pm',
  MST: 'UTC|[A-Z]{3,5}|[+-]\\d{2}',
};

function patternOf(part: string): string {
  const known = PATTERNS[part];
  if (known !== undefined) return known;
  if (/^[.,]0/.test(part)) return `[.,]\\d{${part.length - 1}}`;
  if (/^[.,]9/.test(part)) return '(?:[.,]\\d+)?';
  const digits = part.replace(/\D/g, '').length / 2;
  const separator = part.includes(':') ? ':' : '';
  const offset = `[+-]${Array.from({ length: digits }, () => '\\d{2}').join(separator)}`;
  return part.startsWith('Z') ? `Z|${offset}` : offset;
}

function refuse(layout: string, text: string, rest: string, part: string): never {
  throw new Error(
    `parsing time ${goQuote(text)} as ${goQuote(layout)}: cannot parse ${goQuote(rest)} as ${goQuote(part)}`,
  );
}

function outOfRange(text: string, what: string): never {
  throw new Error(`parsing time ${goQuote(text)}: ${what} out of range`);
}

/** time.ParseInLocation with UTC as the location. Throws in Go's words. */
export function parseTime(layout: string, text: string): GoTime {
  const parts = splitLayout(layout);
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    yearDay: 0,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    afternoon: undefined,
    zone: undefined,
  };
  let rest = text;
  for (const [index, part] of parts.entries()) {
    if (part.literal) {
      if (!rest.startsWith(part.text)) refuse(layout, text, rest, part.text);
      rest = rest.slice(part.text.length);
      continue;
    }
    // A layout that names a fraction takes it from the seconds.
    const next = parts[index + 1];
    const namesFraction = next !== undefined && !next.literal && /^[.,]/.test(next.text);
    const pattern = namesFraction ? patternOf(part.text).replace('(?:[.,]\\d+)?', '') : patternOf(part.text);
    const match = new RegExp(`^(?:${pattern})`, 'i').exec(rest);
    if (!match) return refuse(layout, text, rest, part.text);
    readPart(fields, part.text, match[0]);
    rest = rest.slice(match[0].length);
  }
  if (rest !== '') throw new Error(`parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`);
  return toTime(fields, text);
}

function readPart(fields: Fields, part: string, value: string): void {
  const number = Number(value);
  const name = value.slice(0, 3).toLowerCase();
  switch (part) {
    case 'January':
    case 'Jan':
      fields.month = MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name) + 1;
      return;
    case '01':
    case '1':
      fields.month = number;
      return;
    case '02':
    case '2':
    case '_2':
      fields.day = number;
      return;
    case '002':
    case '__2':
      fields.yearDay = number;
      return;
    case '15':
    case '03':
    case '3':
      fields.hour = number;
      return;
    case '04':
    case '4':
      fields.minute = number;
      return;
    case '05':
    case '5':
      fields.second = Number.parseInt(value, 10);
      if (/[.,]/.test(value)) fields.nanoseconds = nanoseconds(value.replace(/^\d+/, ''));
      return;
    case '2006':
      fields.year = number;
      return;
    case '06':
      fields.year = number >= 69 ? 1900 + number : 2000 + number;
      return;
    case 'PM':
    case 'pm':
      fields.afternoon = value.toLowerCase() === 'pm';
      return;
    case 'MST':
      fields.zone = value === 'UTC' ? UTC : fixedZone(0, value);
      return;
    case 'Monday':
    case 'Mon':
      return;
    default:
  }
  if (/^[.,]/.test(part)) fields.nanoseconds = nanoseconds(value);
  else fields.zone = readOffset(value);
}

function nanoseconds(fraction: string): number {
  return Number(fraction.slice(1, 10).padEnd(9, '0'));
}

function readOffset(value: string): Zone {
  if (value.toUpperCase() === 'Z') return UTC;
  const [hours = 0, minutes = 0, seconds = 0] = (
    value.slice(1).replaceAll(':', '').match(/\d{2}/g) ?? []
  ).map(Number);
  const offset = (hours * 3600 + minutes * 60 + seconds) * (value.startsWith('-') ? -1 : 1);
  return offset === 0 ? UTC : fixedZone(offset);
}

function toTime(fields: Fields, text: string): GoTime {
  let { hour, day, month } = fields;
  const { year, minute, second } = fields;
  if (fields.afternoon === true && hour < 12) hour += 12;
  else if (fields.afternoon === false && hour === 12) hour = 0;
  if (fields.yearDay > 0) {
    month = 1;
    day = fields.yearDay;
  } else if (month < 1 || month > 12) outOfRange(text, 'month');
  else if (day < 1 || day > new Date(Date.UTC(year === 0 ? 4 : year, month, 0)).getUTCDate()) {
    outOfRange(text, 'day');
  }
  if (hour > 23) outOfRange(text, 'hour');
  if (minute > 59) outOfRange(text, 'minute');
  if (second > 59) outOfRange(text, 'second');
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const zone = fields.zone ?? UTC;
  const local = BigInt(date.getTime()) / 1000n;
  return new GoTime(local - BigInt(zone.at(local).offsetSeconds), fields.nanoseconds, zone);
}
