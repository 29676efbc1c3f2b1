import type { Budget } from '../budget.js';
import { formatCelDuration, formatCelTime } from '../time-values.js';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelType,
  CelUint,
  doubleText,
  entriesOf,
  isMap,
  isNumber,
  typeOf,
  Visits,
} from '../values.js';

/** Decimals a number may be written with; nobody needs more, and each costs memory. */
const MOST_DECIMALS = 100;

/** `"%s has %d".format([a, b])`: %s %d %f %e %b %x %X %o and %%. */
export function formatText(pattern: string, values: readonly unknown[], budget: Budget): string {
  let index = 0;
  const text = pattern.replaceAll(
    /%(?:\.(\d+))?([\s\S]|$)/g,
    (whole, decimals: string | undefined, verb: string) => {
      if (whole === '%%') return '%';
      if (index >= values.length) throw new CelError(`index ${index} out of range`);
      const value = values[index];
      index += 1;
      const part = written(value, verb, decimals === undefined ? 6 : Number(decimals));
      budget.read(part.length);
      return part;
    },
  );
  budget.read(text.length);
  return text;
}

function written(value: unknown, verb: string, decimals: number): string {
  const cannot = (what: string): CelError =>
    new CelError(
      `error during formatting: ${what} clause can only be used on ${verbTypes(verb)}, was given ${typeOf(value)}`,
    );
  if (verb === 's') return textOf(value);
  if (verb === 'd') {
    if (!isNumber(value)) throw cannot('decimal');
    return textOf(value);
  }
  if (verb === 'f' || verb === 'e') {
    if (!isNumber(value)) throw cannot(verb === 'f' ? 'fixed-point' : 'scientific');
    const number = Number(value instanceof CelUint ? value.value : value);
    if (!Number.isFinite(number)) return textOf(number);
    if (decimals > MOST_DECIMALS) throw new CelError(`numbers have at most ${MOST_DECIMALS} decimals`);
    if (verb === 'f') return number.toFixed(decimals);
    return number.toExponential(decimals).replace(/e([+-])(\d)$/, 'e$10$2');
  }
  if (verb === 'b') {
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (typeof value === 'bigint') return value.toString(2);
    if (value instanceof CelUint) return value.value.toString(2);
    throw cannot('binary');
  }
  if (verb === 'x' || verb === 'X') {
    const hex = hexOf(value);
    if (hex === undefined) throw cannot('hex');
    return verb === 'X' ? hex.toUpperCase() : hex;
  }
  if (verb === 'o') {
    if (typeof value === 'bigint') return value.toString(8);
    if (value instanceof CelUint) return value.value.toString(8);
    throw cannot('octal');
  }
  throw new CelError(`unrecognized formatting clause "${verb}"`);
}

function verbTypes(verb: string): string {
  switch (verb) {
    case 'd':
    case 'o':
      return 'integers';
    case 'b':
      return 'integers and bools';
    case 'x':
    case 'X':
      return 'integers, byte buffers, and strings';
    default:
      return 'doubles';
  }
}

function hexOf(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString(16);
  if (value instanceof CelUint) return value.value.toString(16);
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return undefined;
}

function textOf(value: unknown, visits: Visits = new Visits()): string {
  visits.count();
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? doubleText(value) : infinite(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof CelTimestamp) return formatCelTime(value);
  if (value instanceof CelDuration) return formatCelDuration(value);
  if (value instanceof CelType) return value.name;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, visits)).join(', ')}]`;
  if (isMap(value)) {
    const parts = entriesOf(value).map(([key, one]) => [textOf(key), textOf(one, visits)] as const);
    return `{${parts
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${key}: ${one}`)
      .join(', ')}}`;
  }
  throw new CelError(
    `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeOf(value)}`,
  );
}

const infinite = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
