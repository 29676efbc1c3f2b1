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
  typeOf,
  Visits,
} from '../values.js';

/** Decimals a number may be written with; nobody needs more, and each costs memory. */
const MOST_DECIMALS = 100;
const DEFAULT_DECIMALS = 6;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** One part of a pattern that stands for a value: `%.2f`. */
export interface FormatClause {
  readonly verb: string;
  readonly decimals: number;
}

/** What kinds of values a clause can be used on, and how it says that it can't (cel-go ext/formatting.go). */
const WANTS: Readonly<Record<string, { readonly types: readonly string[]; readonly problem: string }>> = {
  d: { types: ['int', 'uint'], problem: 'decimal clause can only be used on integers' },
  f: { types: ['double', 'string'], problem: 'fixed-point clause can only be used on doubles' },
  e: { types: ['double', 'string'], problem: 'scientific clause can only be used on doubles' },
  b: { types: ['int', 'uint', 'bool'], problem: 'only integers and bools can be formatted as binary' },
  x: {
    types: ['int', 'uint', 'string', 'bytes'],
    problem: 'only integers, byte buffers, and strings can be formatted as hex',
  },
  o: { types: ['int', 'uint'], problem: 'octal clause can only be used on integers' },
  s: {
    types:
      'list map int uint double bool string google.protobuf.Timestamp bytes google.protobuf.Duration type null_type'.split(
        ' ',
      ),
    problem:
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
};

/** Why a clause can't be used on a type; undefined when it can. */
export function clauseProblem({ verb }: FormatClause, type: string): string | undefined {
  const wants = WANTS[verb.toLowerCase()];
  return !wants || wants.types.includes(type) ? undefined : `${wants.problem}, was given ${type}`;
}

/** Reads a pattern: plain texts and clauses. `seen` is asked before each clause is read. Throws a CelError. */
export function readFormat(pattern: string, seen: () => void): (string | FormatClause)[] {
  const parts: (string | FormatClause)[] = [];
  let from = 0;
  for (let at = pattern.indexOf('%'); at >= 0; at = pattern.indexOf('%', from)) {
    parts.push(pattern.slice(from, at));
    if (pattern[at + 1] === '%') {
      parts.push('%');
      from = at + 2;
      continue;
    }
    seen();
    if (at + 1 >= pattern.length) throw new CelError('unexpected end of string');
    const [, precision, verb = ''] = /^(\.\d*)?([\s\S]?)/.exec(pattern.slice(at + 1)) ?? [];
    parts.push(readClause(precision, verb));
    from = at + 1 + (precision ?? '').length + verb.length;
  }
  return [...parts, pattern.slice(from)];
}

function readClause(precision: string | undefined, verb: string): FormatClause {
  const wrong = (problem: string): CelError => new CelError(`could not parse formatting clause: ${problem}`);
  if (precision !== undefined && verb === '')
    throw wrong('error while parsing precision: could not find end of precision specifier');
  if (precision === '.')
    throw wrong(
      'error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
    );
  if (!/^[sdfebxXo]$/.test(verb)) throw wrong(`unrecognized formatting clause "${verb}"`);
  return { verb, decimals: precision === undefined ? DEFAULT_DECIMALS : Number(precision.slice(1)) };
}

/** `"%s has %d".format([a, b])`: %s %d %f %e %b %x %X %o and %%. */
export function formatText(pattern: string, values: readonly unknown[], budget: Budget): string {
  let count = 0;
  const parts = readFormat(pattern, () => {
    if (count >= values.length) throw new CelError(`index ${count} out of range`);
    count += 1;
  });
  let index = 0;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = values[index];
      index += 1;
      const text = written(value, part, budget);
      budget.work(Math.ceil(text.length / 10));
      return text;
    })
    .join('');
}

function written(value: unknown, clause: FormatClause, budget: Budget): string {
  const { verb, decimals } = clause;
  const wrong = (problem: string): CelError => new CelError(`error during formatting: ${problem}`);
  const problem = clauseProblem(clause, typeOf(value));
  if (problem !== undefined) throw wrong(problem);
  switch (verb) {
    case 's':
      return textOf(value, new Visits(budget));
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return whole(value).toString(2);
    case 'o':
      return whole(value).toString(8);
    case 'x':
      return hexOf(value);
    case 'X':
      return hexOf(value).toUpperCase();
    case 'd':
      return whole(value).toString();
    default: {
      const number = typeof value === 'number' ? value : SPECIAL.get(String(value));
      if (number === undefined) throw wrong(clauseProblem(clause, 'text')?.replace(/text$/, 'string') ?? '');
      if (decimals > MOST_DECIMALS) throw new CelError(`numbers have at most ${MOST_DECIMALS} decimals`);
      return verb === 'f' ? fixed(number, decimals) : scientific(number, decimals);
    }
  }
}

const SPECIAL = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

const whole = (value: unknown): bigint =>
  value instanceof CelUint ? value.value : typeof value === 'bigint' ? value : 0n;

/** Numbers as English writes them: with commas between thousands. */
function fixed(number: number, decimals: number): string {
  if (!Number.isFinite(number)) return infinite(number);
  const [digits = '', fraction] = exactly(Math.abs(number), decimals).split('.');
  const grouped = digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Rounded to even where the number lies exactly between. */
function exactly(number: number, decimals: number): string {
  const text = number.toFixed(decimals);
  if (number >= 1e21) return BigInt(number).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '');
  const scaled = number * 10 ** decimals;
  const isTie = Number.isSafeInteger(scaled * 2) && scaled % 1 === 0.5 && Math.floor(scaled) % 2 === 0;
  return isTie ? (Math.floor(scaled) / 10 ** decimals).toFixed(decimals) : text;
}

function scientific(number: number, decimals: number): string {
  if (!Number.isFinite(number)) return infinite(number);
  const [digits = '', power = ''] = number.toExponential(decimals).split('e');
  const size = power.slice(1).padStart(2, '0');
  const raised = Array.from(size, (digit) => SUPERSCRIPTS[Number(digit)] ?? '').join('');
  return `${digits}\u00d710${power.startsWith('-') ? '⁻' : ''}${raised}`;
}

const infinite = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞');

function hexOf(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return whole(value).toString(16);
}

function textOf(value: unknown, visits: Visits): string {
  visits.count();
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return doubleText(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof CelTimestamp) return formatCelTime(value);
  if (value instanceof CelDuration) return formatCelDuration(value);
  if (value instanceof CelType) return value.name;
  if (Array.isArray(value)) return `[${value.map((item) => literalOf(item, visits)).join(', ')}]`;
  if (isMap(value)) {
    const parts = entriesOf(value).map(
      ([key, one]) => [literalOf(key, visits), literalOf(one, visits)] as const,
    );
    return `{${parts
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${key}:${one}`)
      .join(', ')}}`;
  }
  throw new CelError(`error during formatting: no formatting function for ${typeOf(value)}`);
}

/** What is in a list or map is written as an expression would write it. */
function literalOf(value: unknown, visits: Visits): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array) return `b${quoted(Buffer.from(value).toString('utf8'))}`;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return quoted(doubleText(value));
    return value.toFixed(DEFAULT_DECIMALS);
  }
  if (value instanceof CelTimestamp) return `timestamp(${quoted(formatCelTime(value))})`;
  if (value instanceof CelDuration) return `duration(${quoted(formatCelDuration(value))})`;
  return textOf(value, visits);
}

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\u00([0-9a-f]{2})/g, (_, code: string) =>
    code === '0b' ? String.raw`\v` : code === '07' ? String.raw`\a` : `\\x${code}`,
  );
