import { isJsonObject, setOwn, type JsonObject } from '@lotse/manifests';
import { ANY, type FieldType } from '../registry/field-type.js';
import { FieldSet } from './field-set.js';
import { elementOf, isLeaf } from './list-elements.js';

/**
 * The value without the paths of a set and without what lies below them. A map or list that is left empty goes too, or
 * becomes null where that it was there still counts.
 */
export function removeFields(value: unknown, set: FieldSet, type: FieldType, emptied?: null): unknown {
  if (set.isEmpty || isLeaf(value, type)) return value;
  if (Array.isArray(value)) return removeFromList(value, set, type, emptied);
  return isJsonObject(value) ? removeFromMap(value, set, type, emptied) : value;
}

function removeFromMap(
  map: JsonObject,
  set: FieldSet,
  type: FieldType,
  emptied: null | undefined,
): JsonObject | null | undefined {
  if (Object.keys(map).length === 0) return map;
  const kept: JsonObject = {};
  for (const key of Object.keys(map)) {
    const element = `f:${key}`;
    if (set.members.has(element)) continue;
    const value = removeFields(map[key], set.below(element), type.field(key) ?? ANY, emptied);
    if (value !== undefined) setOwn(kept, key, value as never);
  }
  return Object.keys(kept).length === 0 ? emptied : kept;
}

function removeFromList(
  list: readonly unknown[],
  set: FieldSet,
  type: FieldType,
  emptied: null | undefined,
): readonly unknown[] | null | undefined {
  if (list.length === 0) return list;
  const kept: unknown[] = [];
  for (const item of list) {
    const element = elementOf(item, type);
    if (element !== undefined && set.members.has(element)) continue;
    const value =
      element === undefined ? item : removeFields(item, set.below(element), type.items(), emptied);
    if (value !== undefined) kept.push(value);
  }
  return kept.length === 0 ? emptied : kept;
}

/** The set with every declared field on the way to one of its paths: who owns `a.b` owns the struct field `a` too. */
export function withParents(set: FieldSet, type: FieldType): FieldSet {
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const isField = element.startsWith('f:');
    const name = element.slice(2);
    if (isField && type.declares(name)) members.add(element);
    const childType = isField ? (type.field(name) ?? ANY) : type.kind === 'list' ? type.items() : ANY;
    children.set(element, withParents(child, childType));
  }
  return FieldSet.of(members, children);
}
