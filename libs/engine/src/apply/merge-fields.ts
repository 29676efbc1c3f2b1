import { isJsonObject, setOwn, type JsonObject } from '@lotse/manifests';
import { ANY, type FieldType } from '../registry/field-type.js';
import { jsonEqual } from '../registry/json-equal.js';
import { shownElement } from './shown-element.js';
import { elementOf, isEmptyCollection, isLeaf } from './list-elements.js';

/**
 * The live value with the applied one laid over it: maps field by field, lists with keys item by item, everything else
 * replaced. Answers the live value itself when that changes nothing (structured-merge-diff, typed/merge.go).
 */
export function mergeFields(live: unknown, applied: unknown, type: FieldType, path = ''): unknown {
  if (applied === undefined || live === applied) return live;
  if (live === undefined) return applied;
  const leaf =
    (isLeaf(live, type) || isEmptyCollection(live)) && (isLeaf(applied, type) || isEmptyCollection(applied));
  if (leaf || Array.isArray(live) !== Array.isArray(applied))
    return jsonEqual(live, applied) ? live : applied;
  if (Array.isArray(live) && Array.isArray(applied)) return mergeLists(live, applied, type, path);
  return isJsonObject(live) && isJsonObject(applied) ? mergeMaps(live, applied, type, path) : applied;
}

function mergeMaps(live: JsonObject, applied: JsonObject, type: FieldType, path: string): JsonObject {
  let merged: JsonObject | undefined;
  for (const key of Object.keys(applied)) {
    const before = Object.hasOwn(live, key) ? live[key] : undefined;
    const after = mergeFields(before, applied[key], type.field(key) ?? ANY, `${path}.${key}`);
    if (after === before) continue;
    merged ??= copyOf(live);
    setOwn(merged, key, after as never);
  }
  return merged ?? live;
}

function copyOf(map: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(map)) setOwn(copy, key, map[key] as never);
  return copy;
}

function mergeLists(
  live: readonly unknown[],
  applied: readonly unknown[],
  type: FieldType,
  path: string,
): unknown {
  const left = live.map((item, index) => elementOf(item, type) ?? `i:${index}`);
  // What is applied has been checked: each of its items has a name of its own.
  const right = applied.map((item, index) => elementOf(item, type) ?? `+${index}`);
  const leftItems = new Map(left.map((element, index) => [element, live[index]]));
  const rightItems = new Map(right.map((element, index) => [element, applied[index]]));
  const merged = mergedOrder(left, right).map((element) =>
    mergeFields(
      leftItems.get(element),
      rightItems.get(element),
      type.items(),
      `${path}${shownElement(element)}`,
    ),
  );
  const same = merged.length === live.length && merged.every((item, index) => item === live[index]);
  return same ? live : merged;
}

/**
 * The order of a merged list: the applied items in their own order, items only the live list has where they stood between
 * those both have.
 */
function mergedOrder(left: readonly string[], right: readonly string[]): string[] {
  const inLeft = new Set(left);
  const inRight = new Set(right);
  const shared = right.filter((element) => inLeft.has(element));
  const placed = new Set<string>();
  const order: string[] = [];
  let nextShared = 0;
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const mine = left[l];
    const theirs = right[r];
    if (mine !== undefined && mine === theirs) {
      order.push(mine);
      placed.add(mine);
      l++;
      r++;
      nextShared++;
      continue;
    }
    const waiting = shared[nextShared];
    // A live item that the applied list names elsewhere is placed there.
    if (
      mine !== undefined &&
      theirs !== undefined &&
      inRight.has(mine) &&
      waiting !== undefined &&
      waiting !== mine
    ) {
      l++;
      continue;
    }
    if (mine !== undefined && !inRight.has(mine)) {
      order.push(mine);
      l++;
      continue;
    }
    if (mine !== undefined && placed.has(mine)) l++;
    if (theirs !== undefined) {
      order.push(theirs);
      placed.add(theirs);
      r++;
      if (waiting === theirs) nextShared++;
    }
  }
  return order;
}
