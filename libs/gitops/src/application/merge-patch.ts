import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { sameJson } from '../compare/normalize.js';

/**
 * The JSON merge patch (RFC 7386) that turns `before` into `after`; undefined when they are the same.
 * What `after` doesn't have is removed.
 */
export function mergePatchBetween(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old: JsonValue | undefined = Object.hasOwn(before, key) ? before[key] : undefined;
    const now: JsonValue | undefined = Object.hasOwn(after, key) ? after[key] : undefined;
    if (sameJson(old, now)) continue;
    if (now === undefined || now === null) setOwn(patch, key, null);
    else if (isJsonObject(old) && isJsonObject(now)) setOwn(patch, key, mergePatchBetween(old, now) ?? {});
    else setOwn(patch, key, now);
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
