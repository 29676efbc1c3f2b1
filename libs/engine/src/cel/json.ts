import { setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { formatCelDuration, formatCelTime } from './time-values.js';
import {
  CelDuration,
  CelError,
  CelMessage,
  CelOptional,
  CelTimestamp,
  CelUint,
  entriesOf,
  isMap,
  typeOf,
  Visits,
} from './values.js';

/** JSON as expressions see it: whole numbers are ints. */
export function celOf(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celOf);
  if (typeof value !== 'object' || value === null) return value;
  const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value)) if (one !== undefined) map[key] = celOf(one);
  return map;
}

/** What an expression has made, as JSON. Throws a CelError for what has no place there. */
export function jsonOf(value: unknown, visits: Visits = new Visits()): JsonValue {
  visits.count();
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof CelTimestamp) return formatCelTime(value);
  if (value instanceof CelDuration) return formatCelDuration(value);
  if (value instanceof CelOptional) return value.isPresent ? jsonOf(value.value, visits) : null;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, visits));
  const map = value instanceof CelMessage ? value.fields : value;
  if (!isMap(map)) throw new CelError(`a value of type ${typeOf(value)} has no JSON form`);
  const result: JsonObject = {};
  for (const [key, one] of entriesOf(map)) {
    if (typeof key !== 'string')
      throw new CelError(`unsupported map key type ${typeOf(key)}: JSON has texts only`);
    setOwn(result, key, jsonOf(one, visits));
  }
  return result;
}
