import type { Evaluation } from '../evaluation.js';
import { exponential, fixedText, general } from '../number-text.js';
import { codePoints } from '../text-positions.js';
import { isList, JsonnetObject, typeOf, type Value } from '../values.js';

const SPECIFIER = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]*(.?)/gsu;

/** No line is wider; a width is a number from outside. */
const MAX_WIDTH = 1_000_000;

interface Conversion {
  readonly flags: string;
  readonly precision: number | undefined;
  readonly letter: string;
}

/**
 * `text % values`: by name from an object, which needs names everywhere; in order from an array or one value, where names
 * mean nothing.
 */
export function formatText(evaluation: Evaluation, text: string, values: Value): string {
  const object = values instanceof JsonnetObject ? values : undefined;
  const list = object ? [] : isList(values) ? values : [values];
  let used = 0;
  const next = (): Value => {
    const lazy = list[used++];
    if (lazy === undefined)
      throw evaluation.fail(`not enough values to format: got ${list.length}, expected more than that`);
    return evaluation.force(lazy);
  };
  const size = (part: string | undefined): number | undefined => {
    if (part === undefined) return undefined;
    if (part === '*' && object) throw evaluation.fail('a format with an object can have no * for a width');
    const value = part === '*' ? next() : Number(part);
    if (typeof value !== 'number' || !(Math.abs(value) <= MAX_WIDTH))
      throw evaluation.fail(`a width of a format must be a number up to ${MAX_WIDTH}`);
    return value;
  };
  const result = text.replace(
    SPECIFIER,
    (
      whole,
      key: string | undefined,
      flags: string,
      wide: string | undefined,
      exact: string | undefined,
      letter: string,
    ) => {
      if (letter === '') throw evaluation.fail(`truncated format code ${JSON.stringify(whole)}`);
      const width = size(wide) ?? 0;
      const precision = size(exact);
      let shown: string;
      if (letter === '%') shown = '%';
      else {
        const value = object ? named(evaluation, object, key) : next();
        shown = convert(evaluation, value, { flags, precision, letter }, width);
      }
      const missing = width - codePoints(shown).length;
      if (missing <= 0) return shown;
      return flags.includes('-') ? shown + ' '.repeat(missing) : ' '.repeat(missing) + shown;
    },
  );
  if (used < list.length)
    throw evaluation.fail(`too many values to format: ${list.length}, expected ${used}`);
  return evaluation.operators.checkLength(result);
}

function named(evaluation: Evaluation, values: JsonnetObject, key: string | undefined): Value {
  if (key === undefined) throw evaluation.fail('a format with an object needs names, as in %(name)s');
  const value = evaluation.objects.get(values, key);
  if (value === undefined) throw evaluation.fail(`no such field: ${key}`);
  return value;
}

function convert(evaluation: Evaluation, value: Value, conversion: Conversion, width: number): string {
  const { letter, precision } = conversion;
  if (letter === 's') {
    return evaluation.text.of(value);
  }
  if (letter === 'c') {
    if (typeof value === 'number') return String.fromCodePoint(value);
    if (typeof value === 'string' && codePoints(value).length === 1) return value;
    throw evaluation.fail('%c expects a number or a string of one character');
  }
  if (!'diuoxXeEfFgG'.includes(letter)) throw evaluation.fail(`unrecognised conversion type: ${letter}`);
  if (typeof value !== 'number')
    throw evaluation.fail(`format required number at %${letter}, got ${typeOf(value)}`);
  const magnitude = Math.abs(value);
  const digits = 'eEfFgG'.includes(letter)
    ? fraction(magnitude, conversion)
    : whole(Math.floor(magnitude), conversion, precision ?? 0);
  const { flags } = conversion;
  const negative = 'eEfFgG'.includes(letter) ? value < 0 : Math.trunc(value) < 0 || value <= -1;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const prefix = sign + base(conversion);
  const zeros = flags.includes('0') && !flags.includes('-') ? width - prefix.length - digits.length : 0;
  const body = prefix + '0'.repeat(Math.max(0, zeros)) + digits;
  return letter === 'X' || letter === 'E' || letter === 'G' ? body.toUpperCase() : body;
}

function base({ flags, letter }: Conversion): string {
  if (!flags.includes('#')) return '';
  return letter === 'x' || letter === 'X' ? '0x' : '';
}

function whole(value: number, { letter, flags }: Conversion, least: number): string {
  const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  const marker = letter === 'o' && flags.includes('#') ? '0' : '';
  return (marker + BigInt(value).toString(radix)).padStart(least, '0');
}

function fraction(value: number, { flags, precision, letter }: Conversion): string {
  const digits = precision ?? 6;
  const sharp = flags.includes('#');
  switch (letter.toLowerCase()) {
    case 'e':
      return exponential(value, digits, true).replace(/^(\d)e/, sharp ? '$1.e' : '$1e');
    case 'g': {
      const text = general(value, digits, sharp);
      return sharp && !text.includes('.') ? text.replace(/(e|$)/, '.$1') : text;
    }
    default: {
      const text = fixedText(value, digits);
      return sharp && !text.includes('.') ? `${text}.` : text;
    }
  }
}
