import { parse, TomlDate } from 'smol-toml';
import { sortedKeys } from '../template/go-strings.js';
import { formatFloatG } from '../template/go-numbers.js';
import { fixedZone, GoTime, type Zone } from './go-time.js';
import { formatTime } from './time-format.js';
import { parseTime } from './time-parse.js';
import { goInt64, GoInt, GoObject, type GoValue, typeName } from '../template/values.js';

/** Members in the order in which they are written. */
type Table = readonly (readonly [string, GoValue])[];

const BARE_KEY = /^[A-Za-z0-9_-]+$/;
const MAX_DEPTH = 500;

/** Writes TOML as the library Helm uses does: plain keys first, then tables, indented by two spaces per level. */
export function toToml(value: GoValue): string {
  const table = asTable(value);
  if (!table) {
    if (isTableArray(value)) throw new Error('toml: top-level values must be Go maps or structs');
    return inline(value, 0);
  }
  const lines: string[] = [];
  writeTable(table, [], lines);
  return lines.map((line) => `${line}\n`).join('');
}

function asTable(value: GoValue): Table | undefined {
  if (value instanceof Map) {
    const map = value as ReadonlyMap<string, GoValue>;
    return sortedKeys(map).map((key) => [key, map.get(key)] as const);
  }
  return value instanceof GoObject && value.fields.size > 0 ? [...value.fields] : undefined;
}

function isTableArray(value: GoValue): value is GoValue[] {
  if (!Array.isArray(value)) return false;
  if (value.some((item) => item === null || item === undefined))
    throw new Error('toml: cannot encode array with nil element');
  return value.length > 0 && value.every((item) => asTable(item as GoValue) !== undefined);
}

function isSubTable(value: GoValue): boolean {
  return asTable(value) !== undefined || isTableArray(value);
}

function writeTable(members: Table, path: readonly string[], lines: string[]): void {
  if (path.length > MAX_DEPTH) throw new Error('toml: nested too deeply');
  const set = members.filter(([, value]) => value !== null && value !== undefined);
  const indent = '  '.repeat(path.length);
  for (const [key, value] of set.filter((member) => !isSubTable(member[1]))) {
    lines.push(`${indent}${keyText(key)} = ${inline(value, path.length)}`);
  }
  for (const [key, value] of set.filter((member) => isSubTable(member[1]))) {
    const inner = [...path, key];
    const header = inner.map(keyText).join('.');
    const heading = '  '.repeat(inner.length - 1);
    const table = asTable(value);
    if (table) {
      if (path.length === 0 && lines.length > 0) lines.push('');
      lines.push(`${heading}[${header}]`);
      writeTable(table, inner, lines);
    } else if (Array.isArray(value)) {
      for (const item of value) {
        if (lines.length > 0) lines.push('');
        lines.push(`${heading}[[${header}]]`);
        writeTable(asTable(item as GoValue) ?? [], inner, lines);
      }
    }
  }
}

function keyText(key: string): string {
  return BARE_KEY.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  const short: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
  return `"${text.replace(/[\p{Cc}"\\]/gu, (char) => short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

function inline(value: GoValue, depth: number): string {
  if (depth > MAX_DEPTH) throw new Error('toml: nested too deeply');
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    const text = formatFloatG(value).replace('+Inf', 'inf').replace('-Inf', '-inf').replace('NaN', 'nan');
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  if (value instanceof GoInt) return value.value.toString();
  if (value instanceof GoTime) return formatTime(value, LAYOUTS.get(value.zone) ?? RFC3339);
  if (value instanceof Uint8Array) return `[${[...value].join(', ')}]`;
  if (Array.isArray(value)) {
    isTableArray(value);
    return `[${value.map((item) => inline(item as GoValue, depth + 1)).join(', ')}]`;
  }
  const table = asTable(value);
  if (table) return inlineTable(table, depth);
  throw new Error(`toml: cannot encode ${typeName(value)}`);
}

/** Nils are left out; the comma in front of one stays, as the library leaves it. */
function inlineTable(members: Table, depth: number): string {
  const direct = members.filter(([, value]) => !isSubTable(value));
  const ordered = [...direct, ...members.filter(([, value]) => isSubTable(value))];
  const entries = ordered.flatMap(([key, value], index) => {
    if (value === null || value === undefined) return [];
    return `${keyText(key)} = ${inline(value, depth + 1)}${index === ordered.length - 1 ? '' : ', '}`;
  });
  return `{${entries.join('')}}`;
}

/** Dates and times without a zone have these, which tell how to write them. */
const LOCAL = {
  datetime: fixedZone(0, 'datetime-local'),
  date: fixedZone(0, 'date-local'),
  time: fixedZone(0, 'time-local'),
};
const RFC3339 = '2006-01-02T15:04:05.999999999Z07:00';
const LAYOUTS: ReadonlyMap<Zone, string> = new Map([
  [LOCAL.datetime, '2006-01-02T15:04:05.999999999'],
  [LOCAL.date, '2006-01-02'],
  [LOCAL.time, '15:04:05.999999999'],
]);

function timeOf(date: TomlDate): GoTime {
  const text = date.toISOString();
  if (!date.isLocal()) return parseTime(RFC3339, text);
  if (date.isTime()) return parseTime(RFC3339, `0000-01-01T${text}Z`).in(LOCAL.time);
  if (date.isDate()) return parseTime(RFC3339, `${text}T00:00:00Z`).in(LOCAL.date);
  return parseTime(RFC3339, `${text}Z`).in(LOCAL.datetime);
}

/** Reads TOML: integers are int64, tables are maps, dates and times are times. */
export function fromToml(text: string): GoValue {
  return convert(parse(text, { integersAsBigInt: true }));
}

function convert(value: unknown): GoValue {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) throw new Error(`toml: ${value} is out of range for int64`);
    return goInt64(value);
  }
  if (value instanceof TomlDate) return timeOf(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, convert(item)] as const));
  }
  return value;
}
