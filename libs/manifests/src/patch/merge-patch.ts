import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { getOwn, setOwn } from '../yaml/set-own.js';
import { MAX_PATCH_DEPTH, patchError } from './patch-error.js';

/** Applies a JSON merge patch (RFC 7386). Neither input is changed; what the patch does not touch is shared with `document`. */
export function applyMergePatch(document: JsonValue, patch: JsonValue): JsonValue {
  return merge(document, patch, 0);
}

function merge(document: JsonValue | undefined, patch: JsonValue, depth: number): JsonValue {
  if (!isJsonObject(patch)) return patch;
  if (depth > MAX_PATCH_DEPTH)
    throw patchError('too-large', `it is nested deeper than ${MAX_PATCH_DEPTH} levels`);
  const result: JsonObject = {};
  if (isJsonObject(document))
    for (const key of Object.keys(document)) setOwn(result, key, document[key] ?? null);
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) delete result[key];
    else setOwn(result, key, merge(getOwn(result, key), value, depth + 1));
  }
  return result;
}
