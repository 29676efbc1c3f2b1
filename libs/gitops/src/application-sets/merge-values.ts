import { getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';

/** `over` on top of `base`: objects are merged, everything else is replaced. Empty values of `over` don't count. */
export function mergeValues(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = getOwn(merged, key);
    if (isJsonObject(before) && isJsonObject(value)) setOwn(merged, key, mergeValues(before, value));
    else if (before === undefined || !isEmpty(value)) setOwn(merged, key, value);
  }
  return merged;
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
