import { isJsonObject, type JsonValue } from '../json.js';

/** Levels of a value that an error shows. */
const SHOWN_LEVELS = 50;

/** A value as Go's `%v` prints it, as far down as anyone reads. */
export function goText(value: JsonValue | undefined, depth = 0): string {
  if (depth > SHOWN_LEVELS) return '...';
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((one) => goText(one, depth + 1)).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goText(value[key], depth + 1)}`);
  return `map[${entries.join(' ')}]`;
}

/** The type that Go reads a value of JSON as. */
export function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : value === null ? 'nil' : 'string';
}
