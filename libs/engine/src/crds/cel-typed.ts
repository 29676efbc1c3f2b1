import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { celOf } from '../cel/json.js';
import { keyed } from '../cel/list-keys.js';
import { parseCelDuration, parseCelTime } from '../cel/time-values.js';
import type { JSONSchemaProps } from '../types/index.js';

/**
 * A value as the rules of its schema see it: times, durations and bytes are more than texts, a `number` is a double even when
 * it is whole, and lists that are sets or maps have no order (apiserver cel/common/valuesunstructured.go).
 */
export function celTyped(value: JsonValue, schema: JSONSchemaProps | undefined): unknown {
  if (!schema || schema['x-kubernetes-int-or-string']) return celOf(value);
  if (typeof value === 'number') return schema.type === 'number' ? value : celOf(value);
  if (typeof value === 'string') return celText(value, schema.format);
  if (Array.isArray(value)) return celList(value, schema);
  if (!isJsonObject(value)) return value;
  const { properties = {}, additionalProperties: others } = schema;
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value)) {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    map[key] = celTyped(one, declared ?? (typeof others === 'object' ? others : undefined));
  }
  return map;
}

function celList(value: readonly JsonValue[], schema: JSONSchemaProps): unknown[] {
  const { items } = schema;
  const list = value.map((item) => celTyped(item, Array.isArray(items) ? undefined : items));
  switch (schema['x-kubernetes-list-type'] ?? '') {
    case 'set':
      return keyed(list, 'set');
    case 'map':
      return keyed(list, schema['x-kubernetes-list-map-keys'] ?? []);
    default:
      return list;
  }
}

function celText(text: string, format: string | undefined): unknown {
  if (format === 'date-time') return parseCelTime(text) ?? text;
  if (format === 'date') return parseCelTime(`${text}T00:00:00Z`) ?? text;
  if (format === 'duration') return parseCelDuration(text) ?? text;
  return format === 'byte' ? Uint8Array.from(Buffer.from(text, 'base64')) : text;
}
