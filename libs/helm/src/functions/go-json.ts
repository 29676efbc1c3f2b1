import { sortedKeys, toValidUtf8 } from '../template/go-strings.js';
import { GoInt, GoObject, type GoValue, typeName } from '../template/values.js';
import { jsonComplaint } from './json-complaint.js';

/** A value that contains itself, or is absurdly deep, ends here. */
const MAX_DEPTH = 1000;

/** How JSON is written. */
export interface JsonStyle {
  /** Write `<`, `>` and `&` as escapes, as Go does by default. */
  readonly escapeHtml: boolean;
  /** Indent with this per level; empty for one line. */
  readonly indent: string;
}

const COMPACT: JsonStyle = { escapeHtml: true, indent: '' };

/** encoding/json's Marshal. Throws for NaN and infinities. */
export function goJson(value: GoValue, style: JsonStyle = COMPACT): string {
  return write(value, style, style.indent === '' ? '' : '\n', 0);
}

/** A float as encoding/json writes it: exponents below 1e-6 and from 1e21 on. */
export function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) {
    throw new Error(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  }
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    // A one-digit negative exponent stays one digit here, unlike everywhere else in Go.
    return value.toExponential();
  }
  return String(value);
}

function write(value: GoValue, style: JsonStyle, newline: string, depth: number): string {
  if (depth > MAX_DEPTH) throw new Error('json: unsupported value: encountered a cycle');
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return jsonString(value, style.escapeHtml);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoInt) return value.value.toString();
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  const inner = newline === '' ? '' : newline + style.indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => write(item, style, inner, depth + 1)).join(`,${inner}`)}${newline}]`;
  }
  if (value instanceof Map) {
    if (value.size === 0) return '{}';
    return object(
      sortedKeys(value as Map<string, GoValue>),
      value as Map<string, GoValue>,
      style,
      newline,
      depth,
    );
  }
  if (value instanceof GoObject) {
    const json = value.goJson();
    // A struct's fields keep their order.
    if (json instanceof Map)
      return object(
        [...(json as Map<string, GoValue>).keys()],
        json as Map<string, GoValue>,
        style,
        newline,
        depth,
      );
    return write(json, style, newline, depth + 1);
  }
  if (value instanceof Error) return '{}';
  throw new Error(`json: unsupported type: ${typeName(value)}`);
}

function object(
  keys: readonly string[],
  map: ReadonlyMap<string, GoValue>,
  style: JsonStyle,
  newline: string,
  depth: number,
): string {
  const inner = newline === '' ? '' : newline + style.indent;
  const separator = newline === '' ? ':' : ': ';
  const entries = keys.map(
    (key) => jsonString(key, style.escapeHtml) + separator + write(map.get(key), style, inner, depth + 1),
  );
  return `{${inner}${entries.join(`,${inner}`)}${newline}}`;
}

function jsonString(text: string, escapeHtml: boolean): string {
  const quoted = JSON.stringify(toValidUtf8(text)).replace(/[\u2028\u2029]/g, (char) =>
    char === '\u2028' ? '\\u2028' : '\\u2029',
  );
  if (!escapeHtml) return quoted;
  return quoted.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

/** Maximum nesting encoding/json reads. */
const MAX_JSON_DEPTH = 10_000;

/** encoding/json's Unmarshal into interface {}: numbers are floats, the last duplicate key wins. Throws in Go's words. */
export function parseGoJson(text: string): GoValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(jsonComplaint(text), { cause: error });
  }
  return fromJsonValue(value);
}

/** Turns plain JSON values into Go's: objects are maps, numbers are floats. */
export function fromJsonValue(value: unknown, depth = 0): GoValue {
  if (depth > MAX_JSON_DEPTH) throw new Error('exceeded max depth');
  if (Array.isArray(value)) return value.map((item) => fromJsonValue(item, depth + 1));
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error('json: cannot unmarshal number out of range into Go value of type float64');
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Map)
  ) {
    const map = new Map<string, GoValue>();
    for (const [key, item] of Object.entries(value)) map.set(key, fromJsonValue(item, depth + 1));
    return map;
  }
  return value;
}

/** Turns Go values into plain JSON values; integers beyond 2^53 become bigint. */
export function toJsonValue(value: GoValue, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new Error('json: unsupported value: encountered a cycle');
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') {
    if (typeof value === 'number') jsonFloat(value);
    return typeof value === 'string' ? toValidUtf8(value) : value;
  }
  if (value instanceof GoInt) {
    const number = Number(value.value);
    return Number.isSafeInteger(number) ? number : value.value;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => toJsonValue(item, depth + 1));
  if (value instanceof Map) return plainObject(value as Map<string, GoValue>, depth);
  if (value instanceof GoObject) {
    const json = value.goJson();
    return json === value.fields ? plainObject(value.fields, depth) : toJsonValue(json, depth + 1);
  }
  return {};
}

function plainObject(map: ReadonlyMap<string, GoValue>, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of map) {
    const converted = toJsonValue(item, depth + 1);
    if (key === '__proto__')
      Object.defineProperty(result, key, {
        value: converted,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else result[key] = converted;
  }
  return result;
}
