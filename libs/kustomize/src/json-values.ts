import type { JsonValue } from '@lotse/manifests';
import { chooseStyle, parseTimestamp, setOwn } from '@lotse/manifests';
import { firstOtherKey, setTextStyle } from './entry-marks.js';
import { kustomizeError } from './kustomize-error.js';
import { isShared, share } from './shared-values.js';
import { isMap, type Scalar, ScalarText, type Value, type ValueMap } from './values.js';

type Container = Value[] | ValueMap;
type JsonContainer = Extract<JsonValue, object>;

const jsonOfShared = new WeakMap<Container, JsonValue>();
const valueOfShared = new WeakMap<JsonContainer, Value>();

/**
 * Gives every scalar its final type: what JSON and the printed YAML show. Integers beyond 2^53 stay `bigint`. What is shared
 * between builds is converted once, and its JSON is shared in turn.
 */
export function toJson(value: Value): JsonValue {
  if (!Array.isArray(value) && !isMap(value)) return scalarToJson(value);
  if (!isShared(value)) return containerToJson(value, toJson);
  let json = jsonOfShared.get(value);
  if (json === undefined) {
    json = share(containerToJson(value, toFreshJson));
    jsonOfShared.set(value, json);
  }
  return json;
}

function toFreshJson(value: Value): JsonValue {
  return Array.isArray(value) || isMap(value) ? containerToJson(value, toFreshJson) : scalarToJson(value);
}

function scalarToJson(value: Scalar): JsonValue {
  if (value instanceof ScalarText)
    return value.type === 'timestamp' ? formatTimestamp(value.text) : (value.value as JsonValue);
  return value as JsonValue;
}

function containerToJson(value: Container, convert: (value: Value) => JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(convert);
  const other = firstOtherKey(value);
  if (other)
    throw kustomizeError(
      'key',
      `the map key ${other[0]} at ${other[1]} is not text, which JSON cannot print; put it in quotes`,
      { field: other[0] },
    );
  const copy: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(value)) setOwn(copy, key, convert(value[key] ?? null));
  return copy;
}

/** A value from JSON, with the marks that reading its printed YAML would leave: fresh, but for what is shared between builds. */
export function fromJson(json: JsonValue): Value {
  if (typeof json !== 'object' || json === null) return scalarFromJson(json);
  if (!isShared(json)) return containerFromJson(json, fromJson);
  let value = valueOfShared.get(json);
  if (value === undefined) {
    value = share(containerFromJson(json, freshFromJson));
    valueOfShared.set(json, value);
  }
  return value;
}

function freshFromJson(json: JsonValue): Value {
  return typeof json === 'object' && json !== null
    ? containerFromJson(json, freshFromJson)
    : scalarFromJson(json);
}

function scalarFromJson(json: Exclude<JsonValue, object> | null): Value {
  if (json === null) return new ScalarText('null', 'null', null);
  // Numbers are floats in Go's JSON: those beyond 2^53 lose digits.
  return typeof json === 'bigint' ? Number(json) : json;
}

function containerFromJson(json: JsonContainer, convert: (json: JsonValue) => Value): Container {
  if (Array.isArray(json)) return json.map(convert);
  const map: ValueMap = {};
  for (const key of Object.keys(json)) {
    const item = json[key] ?? null;
    setOwn(map, key, convert(item));
    if (typeof item !== 'string') continue;
    const style = chooseStyle(item, 'go3', false);
    if (style !== 'plain') setTextStyle(map, key, style);
  }
  return map;
}

/** A date as Go prints it: RFC 3339 with the zone it was written in and without trailing zeros of the fraction. */
function formatTimestamp(text: string): string {
  const parts = parseTimestamp(text);
  if (!parts) return text;
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  const fraction = parts.fraction.slice(0, 9).replace(/0+$/, '');
  const zone = /^[-+]00:00$/.test(parts.zone) ? 'Z' : parts.zone;
  return `${pad(parts.year, 4)}-${pad(parts.month)}-${pad(parts.day)}T${pad(parts.hour)}:${pad(parts.minute)}:${pad(parts.second)}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}
