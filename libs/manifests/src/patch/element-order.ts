import { isJsonObject, type JsonValue } from '../json.js';
import { getOwn } from '../yaml/set-own.js';
import { jsonEqual } from './json-equal.js';

/** True when two entries of a list are the same one: equal merge keys, or equal values for lists without one. */
export function sameElement(a: JsonValue, b: JsonValue, key: string | undefined): boolean {
  if (key === undefined) return jsonEqual(a, b);
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const value = getOwn(a, key);
  return value !== undefined && jsonEqual(value, getOwn(b, key));
}

/**
 * Orders a merged list: entries named in `order` keep that order, the others keep the live order, and the two are interleaved
 * so that an entry only the live object has stands before the first ordered entry it preceded (strategicpatch's
 * normalizeElementOrder).
 */
export function normalizeElementOrder(
  merged: readonly JsonValue[],
  order: readonly JsonValue[],
  live: readonly JsonValue[],
  key: string | undefined,
): JsonValue[] {
  const indexIn = (list: readonly JsonValue[], item: JsonValue): number =>
    list.findIndex((other) => sameElement(other, item, key));
  const ordered: [JsonValue, number][] = [];
  const others: [JsonValue, number][] = [];
  for (const item of merged) {
    const at = indexIn(order, item);
    if (at >= 0) ordered.push([item, at]);
    else others.push([item, indexIn(live, item)]);
  }
  ordered.sort(([, a], [, b]) => a - b);
  others.sort(([, a], [, b]) => a - b);
  const result: JsonValue[] = [];
  let next = 0;
  for (const [item] of ordered) {
    const place = indexIn(live, item);
    for (
      let other = others[next];
      place >= 0 && other && other[1] >= 0 && other[1] < place;
      other = others[++next]
    )
      result.push(other[0]);
    result.push(item);
  }
  for (const [item] of others.slice(next)) result.push(item);
  return result;
}
