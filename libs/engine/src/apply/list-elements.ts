import { getOwn, isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { FieldType } from '../registry/field-type.js';

/**
 * Names an item of a list that is a set or a map, as FieldsV1 does. Undefined when the item lacks a key that has no default.
 */
export function elementOf(item: unknown, list: FieldType): string | undefined {
  if (list.listType === 'set') return `v:${JSON.stringify(item)}`;
  if (!isJsonObject(item)) return undefined;
  const keys: JsonObject = {};
  for (const key of list.listKeys.length > 1 ? list.listKeys.toSorted() : list.listKeys) {
    const value: JsonValue | undefined = getOwn(item, key) ?? list.items().field(key)?.default;
    if (value === undefined) return undefined;
    keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** The items of a list by their names, in order. Items without a name, or with one that is taken, are left out. */
export function elementsOf(list: readonly unknown[], type: FieldType): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const element = elementOf(item, type);
    if (element !== undefined && !items.has(element)) items.set(element, item);
  }
  return items;
}

/** True for values that are replaced as a whole whatever is in them. */
export function isLeaf(value: unknown, type: FieldType): boolean {
  if (type.kind === 'scalar' || typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return type.kind !== 'list' || type.atomic;
  return type.kind === 'list' || type.atomic;
}

/** True for an empty list or map. */
export function isEmptyCollection(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) if ((value as Record<string, unknown>)[key] !== undefined) return false;
  return true;
}
