import type { CodedError } from '../coded-error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { getOwn, setOwn } from '../yaml/set-own.js';
import { jsonEqual } from './json-equal.js';
import { normalizeElementOrder, sameElement } from './element-order.js';
import { goText, goTypeOf } from './go-text.js';
import { MAX_PATCH_DEPTH, mergeError, patchError } from './patch-error.js';
import type { PatchSchema } from './patch-schema.js';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/**
 * Applies a strategic merge patch to a live object with the rules of apimachinery's strategicpatch: lists of maps merge by
 * their merge key, `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` are obeyed. Neither input is
 * changed. Throws CodedError `patch/...` naming the field.
 */
export function strategicMergePatch(
  original: JsonObject,
  patch: JsonObject,
  schema: PatchSchema | undefined,
): JsonObject {
  return mergeMap(original, patch, schema, '', 0);
}

function mergeMap(
  original: JsonObject,
  patch: JsonObject,
  schema: PatchSchema | undefined,
  path: string,
  depth: number,
): JsonObject {
  if (depth > MAX_PATCH_DEPTH)
    throw patchError('too-large', `it is nested deeper than ${MAX_PATCH_DEPTH} levels`);
  const directive = getOwn(patch, DIRECTIVE);
  if (directive === 'replace') return cleanMap(without(patch, DIRECTIVE));
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  const result = retained(original, patch);
  for (const name of fieldNames(patch)) {
    const at = path === '' ? name : `${path}.${name}`;
    const value = getOwn(patch, name);
    const old = getOwn(result, name);
    const child = schema?.field(name);
    if (value === null) {
      delete result[name];
      continue;
    }
    const removed = getOwn(patch, DELETE_FROM_LIST + name);
    const order = getOwn(patch, SET_ORDER + name);
    if (removed !== undefined || order !== undefined || Array.isArray(value)) {
      const merged = mergeListField({ old, value, removed, order }, child, at, depth);
      if (merged !== undefined) setOwn(result, name, merged);
    } else if (value === undefined) continue;
    else if (isJsonObject(value) && isJsonObject(old))
      setOwn(
        result,
        name,
        child?.strategies.includes('replace') ? clean(value) : mergeMap(old, value, child, at, depth + 1),
      );
    else {
      const added = addition(value);
      if (added === undefined) delete result[name];
      else setOwn(result, name, added);
    }
  }
  return result;
}

const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';

function noMergeKey(item: JsonValue, key: string): CodedError {
  return mergeError('unmergeable', `map: ${goText(item)} does not contain declared merge key: ${key}`);
}

function unknownDirective(directive: JsonValue, patch: JsonValue): CodedError {
  const shown =
    typeof directive === 'string' ? directive : `%!s(${goTypeOf(directive)}=${goText(directive)})`;
  return mergeError('unmergeable', `unknown patch type: ${shown} in map: ${goText(patch)}`);
}

/** Field names a patch is about, those that only directives name included. */
function fieldNames(patch: JsonObject): Set<string> {
  const names = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS) continue;
    const prefix = [DELETE_FROM_LIST, SET_ORDER].find((candidate) => key.startsWith(candidate)) ?? '';
    names.add(key.slice(prefix.length));
  }
  return names;
}

function without(object: JsonObject, ...keys: string[]): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(object)) if (!keys.includes(key)) setOwn(copy, key, object[key] ?? null);
  return copy;
}

/** Copies the original, dropping what `$retainKeys` does not name. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const retain = getOwn(patch, RETAIN_KEYS);
  if (retain === undefined) return without(original);
  if (!Array.isArray(retain)) throw mergeError('malformed', BAD_RETAIN_KEYS);
  for (const name of fieldNames(patch))
    if (!retain.includes(name)) throw mergeError('malformed', BAD_RETAIN_KEYS);
  return without(original, ...Object.keys(original).filter((key) => !retain.includes(key)));
}

interface ListChange {
  readonly old: JsonValue | undefined;
  readonly value: JsonValue | undefined;
  readonly removed: JsonValue | undefined;
  readonly order: JsonValue | undefined;
}

function mergeListField(
  { old, value, removed, order }: ListChange,
  schema: PatchSchema | undefined,
  path: string,
  depth: number,
): JsonValue | undefined {
  for (const list of [value, removed, order])
    if (list !== undefined && !Array.isArray(list))
      throw mergeError('unmergeable', `expected a []interface {}, but received a ${goTypeOf(list)}`);
  const setOrder = Array.isArray(order) ? order : undefined;
  if (setOrder && Array.isArray(value)) checkOrder(value, setOrder, schema?.mergeKey);
  let live = Array.isArray(old) ? old : undefined;
  if (live && Array.isArray(removed))
    live = live.filter((item) => !removed.some((gone) => jsonEqual(item, gone)));
  const patch = Array.isArray(value) ? value : undefined;
  if (setOrder && patch?.length === 0 && !live?.length)
    throw mergeError('unmergeable', 'no elements in any of the given slices');
  if (!live) {
    const added = patch?.map(addition).filter((item) => item !== undefined);
    return added && setOrder ? normalizeElementOrder(added, setOrder, [], schema?.mergeKey) : added;
  }
  if (patch && !schema?.strategies.includes('merge')) return patch.map(clean);
  if (!patch && order === undefined) return live;
  const kind = elementKind(live, patch ?? []);
  const key = kind === 'map' ? schema?.mergeKey : undefined;
  if (kind === 'map' && key === undefined)
    throw mergeError('unmergeable', `cannot merge lists without merge key for ${path}`);
  if (!patch) return normalizeElementOrder(live, setOrder ?? [], live, key);
  const merged = mergeList(live, patch, key, schema?.items(), path, depth);
  if (merged.replaced) return merged.list;
  const list = normalizeElementOrder(merged.list, merged.patched, merged.kept, key);
  if (!setOrder) return list;
  // apimachinery deletes and appends in the array of the live list, and goes on reading that array as the live order.
  const written = [...merged.list.slice(0, live.length), ...live.slice(merged.list.length)];
  return normalizeElementOrder(list, setOrder, written, key);
}

function elementKind(live: readonly JsonValue[], patch: readonly JsonValue[]): 'map' | 'scalar' {
  const list = [...live, ...patch];
  const maps = list.filter(isJsonObject).length;
  if (maps !== 0 && maps !== list.length)
    throw mergeError(
      'unmergeable',
      `list element types are not identical: ${goText([[...live], [...patch]])}`,
    );
  return maps > 0 ? 'map' : 'scalar';
}

/**
 * Entries of a patch must stand in the order that `$setElementOrder` gives, and in it at all. An entry with a directive needs
 * no place, but as in apimachinery nothing may be left when the order comes to its end, such an entry neither.
 */
function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], key: string | undefined): void {
  if (order.length === 0) return;
  const entries =
    key === undefined
      ? patch
      : patch.filter((item) => !(isJsonObject(item) && getOwn(item, DIRECTIVE) === 'delete'));
  let at = 0;
  for (let next = 0; next < order.length && at < entries.length;) {
    const item = entries[at] ?? null;
    const hasDirective = isJsonObject(item) && Object.hasOwn(item, DIRECTIVE);
    if (hasDirective || sameElement(item, order[next] ?? null, key)) at++;
    if (!hasDirective) next++;
  }
  if (at < entries.length)
    throw mergeError(
      'unmergeable',
      `The order in patch list:\n${goText([...entries])}\n doesn't match $setElementOrder list:\n${goText([...order])}\n`,
    );
}

interface MergedList {
  /** The live entries that stay, changed, and new ones behind them. */
  readonly list: JsonValue[];
  /** The live entries that stay, as they were. */
  readonly kept: readonly JsonValue[];
  /** The entries of the patch that are no directives. */
  readonly patched: readonly JsonValue[];
  /** The patch takes the place of everything. */
  readonly replaced: boolean;
}

function mergeList(
  live: readonly JsonValue[],
  patch: readonly JsonValue[],
  key: string | undefined,
  items: PatchSchema | undefined,
  path: string,
  depth: number,
): MergedList {
  if (key === undefined) {
    const list: JsonValue[] = [];
    for (const item of [...live, ...patch])
      if (!list.some((other) => jsonEqual(item, other))) list.push(item);
    return { list, kept: live, patched: patch, replaced: false };
  }
  const { rest, replace, deletions } = splitDirectives(patch, key);
  if (replace) return { list: rest.map(clean), kept: [], patched: rest, replaced: true };
  const kept = live.filter((item) => !deletions.some((gone) => sameElement(item, gone, key)));
  const list: JsonValue[] = [...kept];
  for (const item of rest) {
    if (!isJsonObject(item) || getOwn(item, key) === undefined) throw noMergeKey(item, key);
    const at = list.findIndex((other) => sameElement(item, other, key));
    const old = list[at];
    if (isJsonObject(old))
      list[at] = mergeMap(old, item, items, `${path}[${key}=${JSON.stringify(item[key])}]`, depth + 1);
    else list.push(clean(item));
  }
  return { list, kept, patched: rest, replaced: false };
}

function splitDirectives(
  patch: readonly JsonValue[],
  key: string,
): { rest: JsonValue[]; replace: boolean; deletions: JsonValue[] } {
  const rest: JsonValue[] = [];
  const deletions: JsonValue[] = [];
  let replace = false;
  for (const item of patch) {
    const directive = isJsonObject(item) ? getOwn(item, DIRECTIVE) : undefined;
    if (directive === undefined) rest.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      if (!isJsonObject(item) || getOwn(item, key) === undefined) throw noMergeKey(item, key);
      deletions.push(item);
    } else if (directive === 'merge')
      throw mergeError('unmergeable', 'merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  return { rest, replace, deletions };
}

/** What a patch adds where nothing was: maps that have `$patch` go as a whole, nulls and other directives alone. */
function addition(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return value.map(addition).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = isDirective(key) ? undefined : addition(value[key] ?? null);
    if (item !== undefined && item !== null) setOwn(copy, key, item);
  }
  return copy;
}

/** What a patch puts in the place of something, or into a list: without nulls and directives, which no field can hold. */
function clean(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(clean);
  return isJsonObject(value) ? cleanMap(value) : value;
}

function cleanMap(value: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    if (item !== null && !isDirective(key)) setOwn(copy, key, clean(item));
  }
  return copy;
}

function isDirective(key: string): boolean {
  return (
    key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)
  );
}
