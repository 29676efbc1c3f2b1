import { parse } from 'smol-toml';
import { sortedKeys } from '../template/go-strings.js';
import { formatFloatG } from '../template/go-numbers.js';
import { goInt64, GoInt, GoObject, type GoValue, typeName } from '../template/values.js';

type GoMap = ReadonlyMap<string, GoValue>;

const BARE_KEY = /^[A-Za-z0-9_-]+$/;
const MAX_DEPTH = 500;

/** Writes TOML as the library Helm uses does: plain keys first, then tables, indented by two spaces per level. */
export function toToml(value: GoValue): string {
  const map = asTable(value);
  if (!map) return inline(value, 0);
  const lines: string[] = [];
  writeTable(map, [], lines);
  return lines.map((line) => `${line}\n`).join('');
}

function asTable(value: GoValue): GoMap | undefined {
  if (value instanceof Map) return value as GoMap;
  return value instanceof GoObject && value.goString() === undefined ? value.fields : undefined;
}

function isTableArray(value: GoValue): value is GoValue[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => asTable(item) !== undefined);
}

function writeTable(map: GoMap, path: readonly string[], lines: string[]): void {
  if (path.length > MAX_DEPTH) throw new Error('toml: nested too deeply');
  const keys = sortedKeys(map).filter((key) => map.get(key) !== null && map.get(key) !== undefined);
  const isSub = (key: string): boolean => asTable(map.get(key)) !== undefined || isTableArray(map.get(key));
  const indent = '  '.repeat(path.length);
  for (const key of keys.filter((name) => !isSub(name))) {
    lines.push(`${indent}${keyText(key)} = ${inline(map.get(key), path.length)}`);
  }
  for (const key of keys.filter(isSub)) {
    const inner = [...path, key];
    const header = inner.map(keyText).join('.');
    const heading = '  '.repeat(inner.length - 1);
    const value = map.get(key);
    const table = asTable(value);
    if (table) {
      if (path.length === 0 && lines.length > 0) lines.push('');
      lines.push(`${heading}[${header}]`);
      writeTable(table, inner, lines);
    } else if (Array.isArray(value)) {
      for (const item of value) {
        if (lines.length > 0) lines.push('');
        lines.push(`${heading}[[${header}]]`);
        writeTable(asTable(item as GoValue) ?? new Map(), inner, lines);
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
  if (Array.isArray(value)) return `[${value.map((item) => inline(item as GoValue, depth + 1)).join(', ')}]`;
  const table = asTable(value);
  if (table) {
    const entries = sortedKeys(table).map((key) => `${keyText(key)} = ${inline(table.get(key), depth + 1)}`);
    return `{${entries.join(', ')}}`;
  }
  throw new Error(`toml: cannot encode ${typeName(value)}`);
}

/** Reads TOML: integers are int64, tables are maps. */
export function fromToml(text: string): GoValue {
  return convert(parse(text, { integersAsBigInt: true }));
}

function convert(value: unknown): GoValue {
  if (typeof value === 'bigint') return goInt64(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, convert(item)] as const));
  }
  return value;
}
