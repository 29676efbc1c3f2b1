import { type GoValue, isTrue, TypedMap } from '../template/values.js';

type GoMap = Map<string, GoValue>;

/** A map can contain itself; this ends the walk. */
const MAX_DEPTH = 1000;

/**
 * Merges `source` into `target`, changing it, as the library behind sprig's `merge` does:
 * maps merge, what is empty in the target (false, 0, "", empty list) is replaced, a nil in the source is skipped.
 * With `overwrite` every value of the source wins, empty and nil ones too. Nested maps that the target lacks are shared.
 */
export function mergeInto(target: GoMap, source: GoMap, overwrite: boolean, depth = 0): void {
  if (depth > MAX_DEPTH) throw new Error('the maps to merge are nested too deeply');
  if (target === source) return;
  for (const [key, value] of source) {
    const current = target.get(key);
    if (value === null || value === undefined) {
      if (overwrite) target.set(key, value);
      continue;
    }
    if (value instanceof Map && current instanceof Map) {
      mergeInto(current as GoMap, value as GoMap, overwrite, depth + 1);
      continue;
    }
    if (overwrite || !isTrue(current)) target.set(key, value);
  }
}

/** A copy that shares nothing with the original. */
export function deepCopy(value: GoValue, depth = 0): GoValue {
  if (depth > MAX_DEPTH) throw new Error('the value to copy is nested too deeply');
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof TypedMap) {
    const entries = [...value].map(([key, item]) => [key, deepCopy(item, depth + 1)] as const);
    return new TypedMap(value.typeName, value.elementType, entries, value.methods);
  }
  if (value instanceof Map) {
    const copy = new Map<string, GoValue>();
    // Without a pair for each: large values are copied several times for a render.
    (value as GoMap).forEach((item, key) => copy.set(key, deepCopy(item, depth + 1)));
    return copy;
  }
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) {
    const copy = (value as GoValue[]).map((item) => deepCopy(item, depth + 1));
    return Object.getPrototypeOf(value) === Array.prototype ? copy : retype(value, copy);
  }
  return value;
}

function retype(original: GoValue[], copy: GoValue[]): GoValue {
  const clone = Object.assign(
    Object.create(Object.getPrototypeOf(original) as object) as GoValue[],
    original,
  );
  clone.splice(0, clone.length, ...copy);
  return clone;
}
