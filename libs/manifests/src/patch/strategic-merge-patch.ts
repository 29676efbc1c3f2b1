import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { getOwn, setOwn } from '../yaml/set-own.js';
import { jsonEqual } from './json-equal.js';
import { normalizeElementOrder, sameElement } from './element-order.js';
import { MAX_PATCH_DEPTH, patchError } from './patch-error.js';
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
  if (directive !== undefined && directive !== 'merge')
    throw patchError(
      'invalid',
      `${path || 'the document'}: $patch is ${JSON.stringify(directive)}; use merge, replace or delete`,
    );
  const result = retained(original, patch, path);
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
    else if (isJsonObject(value) && isJsonObject(old) && !child?.strategies.includes('replace'))
      setOwn(result, name, mergeMap(old, value, child, at, depth + 1));
    else setOwn(result, name, clean(value));
  }
  return result;
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
function retained(original: JsonObject, patch: JsonObject, path: string): JsonObject {
  const retain = getOwn(patch, RETAIN_KEYS);
  if (retain === undefined) return without(original);
  if (!Array.isArray(retain)) throw patchError('invalid', `${path}: $retainKeys must be a list`);
  for (const name of fieldNames(patch))
    if (!retain.includes(name))
      throw patchError('invalid', `${path}: $retainKeys does not name ${name}, which the patch sets`);
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
    if (list !== undefined && !Array.isArray(list)) throw patchError('invalid', `${path}: expected a list`);
  let live = Array.isArray(old) ? old : undefined;
  if (live && Array.isArray(removed))
    live = live.filter((item) => !removed.some((gone) => jsonEqual(item, gone)));
  const patch = Array.isArray(value) ? value : undefined;
  if (patch && !schema?.strategies.includes('merge')) return patch.map(clean);
  if (!live) return patch && withoutDeletions(patch, schema);
  if (!patch && order === undefined) return live;
  const kind = elementKind([...live, ...(patch ?? [])], path);
  const key = kind === 'map' ? schema?.mergeKey : undefined;
  if (kind === 'map' && key === undefined)
    throw patchError('invalid', `${path}: entries of this list have no merge key`);
  const setOrder = Array.isArray(order) ? order : undefined;
  if (patch && setOrder) checkOrder(patch, setOrder, key, path);
  const merged = patch
    ? mergeList(live, patch, key, schema?.items(), path, depth)
    : { list: live, replaced: false };
  if (merged.replaced) return merged.list;
  return normalizeElementOrder(merged.list, setOrder ?? patch ?? [], live, key);
}

function elementKind(list: readonly JsonValue[], path: string): 'map' | 'scalar' {
  const maps = list.filter(isJsonObject).length;
  if (maps !== 0 && maps !== list.length)
    throw patchError('invalid', `${path}: a list cannot mix maps and other values`);
  return maps > 0 ? 'map' : 'scalar';
}

/** Entries of a patch must stand in the order that `$setElementOrder` gives. */
function checkOrder(
  patch: readonly JsonValue[],
  order: readonly JsonValue[],
  key: string | undefined,
  path: string,
): void {
  let at = -1;
  for (const item of patch) {
    if (isJsonObject(item) && getOwn(item, DIRECTIVE) === 'delete') continue;
    const found = order.findIndex((other, index) => index > at && sameElement(item, other, key));
    if (found < 0)
      throw patchError('invalid', `${path}: the order of the list doesn't match its $setElementOrder`);
    at = found;
  }
}

function mergeList(
  live: readonly JsonValue[],
  patch: readonly JsonValue[],
  key: string | undefined,
  items: PatchSchema | undefined,
  path: string,
  depth: number,
): { list: JsonValue[]; replaced: boolean } {
  if (key === undefined) {
    const list: JsonValue[] = [];
    for (const item of [...live, ...patch])
      if (!list.some((other) => jsonEqual(item, other))) list.push(item);
    return { list, replaced: false };
  }
  const { rest, replace, deletions } = splitDirectives(patch, key, path);
  if (replace) return { list: rest.map(clean), replaced: true };
  const list: JsonValue[] = live.filter((item) => !deletions.some((gone) => sameElement(item, gone, key)));
  for (const item of rest) {
    if (!isJsonObject(item) || getOwn(item, key) === undefined)
      throw patchError('invalid', `${path}: an entry does not contain the merge key ${key}`);
    const at = list.findIndex((other) => sameElement(item, other, key));
    const old = list[at];
    if (isJsonObject(old))
      list[at] = mergeMap(old, item, items, `${path}[${key}=${JSON.stringify(item[key])}]`, depth + 1);
    else list.push(clean(item));
  }
  return { list, replaced: false };
}

function splitDirectives(
  patch: readonly JsonValue[],
  key: string,
  path: string,
): { rest: JsonValue[]; replace: boolean; deletions: JsonValue[] } {
  const rest: JsonValue[] = [];
  const deletions: JsonValue[] = [];
  let replace = false;
  for (const item of patch) {
    const directive = isJsonObject(item) ? getOwn(item, DIRECTIVE) : undefined;
    if (directive === undefined) rest.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      if (!isJsonObject(item) || getOwn(item, key) === undefined)
        throw patchError('invalid', `${path}: an entry to delete does not contain the merge key ${key}`);
      deletions.push(item);
    } else
      throw patchError(
        'invalid',
        `${path}: $patch ${JSON.stringify(directive)} is not allowed in an entry of a list`,
      );
  }
  return { rest, replace, deletions };
}

function withoutDeletions(patch: readonly JsonValue[], schema: PatchSchema | undefined): JsonValue[] {
  if (schema?.mergeKey === undefined) return patch.map(clean);
  return patch.filter((item) => !(isJsonObject(item) && Object.hasOwn(item, DIRECTIVE))).map(clean);
}

/** What a patch adds where nothing was: without nulls and directives. */
function clean(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(clean);
  return isJsonObject(value) ? cleanMap(value) : value;
}

function cleanMap(value: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    const isDirective =
      key === DIRECTIVE ||
      key === RETAIN_KEYS ||
      key.startsWith(DELETE_FROM_LIST) ||
      key.startsWith(SET_ORDER);
    if (item !== null && !isDirective) setOwn(copy, key, clean(item));
  }
  return copy;
}
