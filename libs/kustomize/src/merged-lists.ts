import { getOwn } from '@lotse/manifests';
import { isMap, isNull, textOf, type Value, type ValueMap } from './values.js';

/* The entries of lists that merge by the values of some of their keys, or by what they are. */

/** What both lists have, each once, that of the patch first. */
export function mergeScalars(patch: readonly Value[] | undefined, base: readonly Value[]): Value {
  const result: Value[] = [];
  const seen = new Set<string>();
  for (const list of [patch, base])
    for (const item of list ?? []) {
      const text = textOf(item);
      if (seen.has(text)) continue;
      seen.add(text);
      result.push(item);
    }
  return result;
}

function keyText(element: Value, key: string): string {
  return isMap(element) ? textOf(getOwn(element, key)) : '';
}

/** The values of the keys in all entries, each combination once. */
export function distinctKeyValues(
  lists: readonly (Value[] | undefined)[],
  keys: readonly string[],
): string[][] {
  const result: string[][] = [];
  const seen = new Set<string>();
  for (const list of lists)
    for (const element of list ?? []) {
      const values = keys.map((key) => keyText(element, key));
      const id = JSON.stringify(values);
      if (seen.has(id)) continue;
      seen.add(id);
      result.push(values);
    }
  return result;
}

/** Entries that leave a key out are taken for the entry that agrees in the keys both have. */
export function unifyKeyValues(lists: string[][]): string[][] {
  const result = lists.map((values) => values);
  for (let i = 0; i < result.length; i++)
    for (let j = 0; j < result.length; j++) {
      const merged = unify(result[i] ?? [], result[j] ?? []);
      if (merged) {
        result[i] = merged;
        result[j] = merged;
      }
    }
  return result;
}

function unify(a: readonly string[], b: readonly string[]): string[] | undefined {
  let common = false;
  const merged: string[] = [];
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? '';
    const y = b[i] ?? '';
    if (x === y) {
      common = true;
      merged.push(x);
    } else if (x !== '' && y !== '') return undefined;
    else merged.push(x === '' ? y : x);
  }
  return common ? merged : undefined;
}

/** Keys that any entry has a value for, and the values of those. */
export function usableKeys(
  lists: readonly (readonly string[])[],
  values: readonly string[],
  keys: readonly string[],
): [readonly string[], readonly string[]] {
  const used = new Set<string>();
  for (const list of lists)
    for (const [index, value] of list.entries()) if (value !== '') used.add(keys[index] ?? '');
  if (used.size === 0) return [keys, values];
  return [
    keys.filter((key) => used.has(key)),
    values.filter((value, index) => value !== '' || used.has(keys[index] ?? '')),
  ];
}

/** An element whose keys have exactly these values. */
export function findElement(
  list: readonly Value[],
  keys: readonly string[],
  values: readonly string[],
): Value | undefined {
  return list.find((element) => {
    if (!isMap(element)) return false;
    return keys.every((key, index) => {
      const value = getOwn(element, key);
      return value !== undefined && textOf(value) === (values[index] ?? '');
    });
  });
}

/**
 * Puts an element in the place of those that match, at the end when none does; undefined removes them. An empty value matches
 * whatever the key has, and missing values leave the decision to the keys before: that is how the original does it.
 */
export function setElement(
  list: Value[],
  keys: readonly string[],
  values: readonly string[],
  element: Value | undefined,
): void {
  const kept: Value[] = [];
  let found = false;
  for (const other of list) {
    if (isNull(other) || (isMap(other) && Object.keys(other).length === 0)) continue;
    if (isMap(other) && !matchesPrefix(other, keys, values)) {
      if (values.length > 0) kept.push(other);
    } else if (isMap(other)) {
      found = true;
      if (element !== undefined) kept.push(element);
    } else kept.push(other);
  }
  if (!found && element !== undefined) kept.push(element);
  list.splice(0, list.length, ...kept);
}

function matchesPrefix(element: ValueMap, keys: readonly string[], values: readonly string[]): boolean {
  if (values.length === 0) return false;
  return keys.every((key, index) => {
    const wanted = values[index];
    if (wanted === undefined) return true;
    const value = getOwn(element, key);
    return value !== undefined && (wanted === '' || textOf(value) === wanted);
  });
}

/** Adds an element of the target: in the place of the merged one for a single key, at the end for several keys. */
export function appendElement(list: Value[], element: Value, keys: readonly string[]): void {
  const values: string[] = [];
  for (const key of keys) {
    const value = isMap(element) ? getOwn(element, key) : undefined;
    if (value === undefined) list.push(element);
    else values.push(textOf(value));
  }
  if (keys.length > 1) setElement(list, keys, values, undefined);
  setElement(list, keys, values, element);
}
