import { copyMarks } from './entry-marks.js';
import { isMap, type Value, type ValueMap } from './values.js';
import { setOwn } from '@lotse/manifests';

/**
 * Values that builds share are frozen through and through. Whoever writes to a value takes it by `own` (one level) or `ownAll`
 * (every level) first and puts the copy in its place; what nobody writes to stays the same object in every build, and what
 * was made of it (its JSON, its printed text) is found by it.
 */
export function share<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) share(item);
  return Object.freeze(value);
}

/** True for lists and maps that builds share. */
export function isShared(value: object): boolean {
  return !Object.isExtensible(value);
}

/** The list or map itself when nobody shares it, or else a copy whose entries are still shared. */
export function own<T extends Value[] | ValueMap>(value: T): T;
export function own(value: Value[] | ValueMap): Value[] | ValueMap {
  if (!isShared(value)) return value;
  const copy = Array.isArray(value) ? value.slice() : {};
  if (!Array.isArray(value))
    for (const key of Object.keys(value)) setOwn(copy as ValueMap, key, value[key] ?? null);
  copyMarks(value, copy);
  return copy;
}

/** As `own`, and for everything within. */
export function ownAll<T extends Value>(value: T): T;
export function ownAll(value: Value): Value {
  if (Array.isArray(value)) {
    const list = own(value);
    for (let i = 0; i < list.length; i++) list[i] = ownAll(list[i] ?? null);
    return list;
  }
  if (!isMap(value)) return value;
  const map = own(value);
  for (const key of Object.keys(map)) setOwn(map, key, ownAll(map[key] ?? null));
  return map;
}
