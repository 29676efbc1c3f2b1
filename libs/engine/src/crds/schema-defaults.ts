import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { JSONSchemaProps } from '../types/index.js';

/** The value with every missing field that has a default filled in; the same value when none was missing. */
export function withSchemaDefaults<T extends JsonValue>(value: T, schema: JSONSchemaProps): T {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items || Array.isArray(items)) return value;
    const filled = value.map((item) => withSchemaDefaults(item, items));
    return filled.every((item, index) => item === value[index]) ? value : (filled as T);
  }
  return isJsonObject(value) ? (fillMap(value, schema) as T) : value;
}

function fillMap(map: JsonObject, schema: JSONSchemaProps): JsonObject {
  let filled: JsonObject | undefined;
  const change = (key: string, next: JsonValue): void => {
    filled ??= { ...map };
    setOwn(filled, key, next);
  };
  const properties = schema.properties ?? {};
  for (const [key, property] of Object.entries(properties)) {
    const before = Object.hasOwn(map, key) ? map[key] : undefined;
    const missing = before === undefined || (before === null && property.nullable !== true);
    const value = missing ? property.default : before;
    if (value === undefined) continue;
    const next = withSchemaDefaults(value, property);
    if (next !== before) change(key, next);
  }
  const { additionalProperties: others } = schema;
  if (typeof others !== 'object') return filled ?? map;
  for (const [key, value] of Object.entries(map)) {
    if (Object.hasOwn(properties, key)) continue;
    const next = withSchemaDefaults(value, others);
    if (next !== value) change(key, next);
  }
  return filled ?? map;
}
