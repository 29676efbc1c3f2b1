import { getOwn, type JsonObject, setOwn } from '@lotse/manifests';
import {
  assignEntry,
  markOtherKey,
  otherKey,
  removeEntry,
  setTextStyle,
  type TextStyle,
  textStyle,
} from './entry-marks.js';
import { fieldSchema, markSchema, valueSchema } from './comment-schemas.js';
import { foldedText } from './folded-text.js';
import { kustomizeError } from './kustomize-error.js';
import type { MergeSchema, MergeSchemas } from './merge-schema.js';
import { builtInSchemas } from './openapi-schema.js';
import { own } from './shared-values.js';
import {
  cloneValue,
  isMap,
  isNull,
  isScalar,
  type Scalar,
  ScalarText,
  textOf,
  type Value,
  type ValueMap,
} from './values.js';

/** What a `$patch` asks for. */
type Directive = 'merge' | 'replace' | 'delete';

const DIRECTIVE = '$patch';

/**
 * Merges a strategic merge patch into a resource as Kustomize does, which is not quite as the API server does: only `$patch`
 * is obeyed, new list entries go to the front, and lists merge by key only where the schema of Kubernetes 1.21 (or the given
 * OpenAPI document) says so. Undefined means that the patch deletes the resource.
 */
export function applyStrategicMerge(
  target: ValueMap,
  patch: ValueMap,
  schemas: MergeSchemas = builtInSchemas,
): ValueMap | undefined {
  const merged = new Merger(schemas).merge(target, cloneValue(patch), undefined, '');
  return isMap(merged) ? merged : undefined;
}

class Merger {
  readonly #schemas: MergeSchemas;

  constructor(schemas: MergeSchemas) {
    this.#schemas = schemas;
  }

  /** The merge of two values; undefined removes the field. */
  merge(
    target: Value | undefined,
    patch: Value | undefined,
    inherited: MergeSchema | undefined,
    path: string,
  ): Value | undefined {
    const schema = this.#commented(valueSchema(target) ?? valueSchema(patch)) ?? inherited;
    const kind = [target, patch].find((value) => value !== undefined && !isNull(value));
    if (kind !== undefined && !isMap(kind)) {
      const isList = Array.isArray(kind);
      for (const value of [target, patch])
        if (value !== undefined && !isNull(value) && (isList ? !Array.isArray(value) : !isScalar(value)))
          throw this.#mismatch(path, isList ? 'SequenceNode' : 'ScalarNode', value);
      if (!isList) return patch !== undefined ? (isNull(patch) ? undefined : patch) : target;
      return this.#list(target as Value[] | undefined, patch as Value[] | undefined, schema, path);
    }
    for (const value of [target, patch])
      if (value !== undefined && !isNull(value) && !isMap(value))
        throw this.#mismatch(path, 'MappingNode', value);
    return this.#map(target, patch, schema ?? this.#schemaOf(target) ?? this.#schemaOf(patch), path);
  }

  #mismatch(path: string, wanted: string, value: Value): Error {
    const found = Array.isArray(value) ? 'SequenceNode' : isMap(value) ? 'MappingNode' : 'ScalarNode';
    return kustomizeError(
      'patch-type',
      `wrong node kind in the patch at ${path || 'the top'}: expected ${wanted} but got ${found}`,
      {
        field: path,
      },
    );
  }

  #commented(schema: JsonObject | undefined): MergeSchema | undefined {
    return schema && this.#schemas.ofComment(schema);
  }

  #schemaOf(value: Value | undefined): MergeSchema | undefined {
    if (!isMap(value)) return undefined;
    const kind = textOf(getOwn(value, 'kind'));
    const apiVersion = textOf(getOwn(value, 'apiVersion'));
    return kind === '' || apiVersion === '' ? undefined : this.#schemas.ofKind(apiVersion, kind);
  }

  #map(
    target: Value | undefined,
    patch: Value | undefined,
    schema: MergeSchema | undefined,
    path: string,
  ): Value | undefined {
    let result: ValueMap;
    let source: ValueMap | undefined;
    if (target === undefined || isNull(target)) {
      if (isMap(patch) && takeDirective(patch, false, path) === 'delete') return undefined;
      if (patch === undefined && target instanceof ScalarText && target.text !== '') return target;
      if (patch === undefined) return undefined;
      if (!isMap(patch)) return undefined;
      result = patch;
      source = patch;
    } else {
      if (patch !== undefined && isNull(patch)) return undefined;
      result = target as ValueMap;
      source = patch as ValueMap | undefined;
      const directive = source && takeDirective(source, true, path);
      if (directive === 'delete') return undefined;
      const comment = valueSchema(patch);
      if (comment) {
        result = own(result);
        markSchema(result, comment);
      }
      if (directive === 'replace' && source) result = source;
    }
    const names = new Set(Object.keys(result));
    if (source) for (const name of Object.keys(source)) names.add(name);
    const replaced = result === source;
    for (const name of names) {
      const at = path === '' ? name : `${path}.${name}`;
      const old = getOwn(result, name);
      const change = source && getOwn(source, name);
      if (change === undefined && isScalar(old) && old !== null && !(old instanceof ScalarText)) continue;
      const field =
        this.#commented(fieldSchema(result, name) ?? (source && fieldSchema(source, name))) ??
        schema?.field(name);
      const value = this.merge(replaced ? withoutDirectives(old) : old, change, field, at);
      if (value === old && change === undefined) continue;
      result = own(result);
      if (value === undefined) removeEntry(result, name);
      else if (source && change !== undefined && !replaced) setEntry(result, source, name, value);
      else setOwn(result, name, value);
    }
    return result;
  }

  #list(
    target: Value[] | undefined,
    patch: Value[] | undefined,
    schema: MergeSchema | undefined,
    path: string,
  ): Value | undefined {
    const keys = schema?.listKeys;
    if (keys === undefined) return patch !== undefined ? (isNull(patch) ? undefined : patch) : target;
    if (patch !== undefined && isNull(patch)) return undefined;
    let base: Value[];
    if (target === undefined || isNull(target)) {
      if (patch === undefined) return undefined;
      base = [...patch];
    } else {
      // Entries change in place below, where lists that are merged and lists that are kept meet in the same entry.
      base = own(target);
      for (const [index, item] of base.entries()) if (isMap(item)) base[index] = own(item);
      const directive = patch && takeListDirective(patch, path);
      if (directive === 'delete') return undefined;
      if (directive === 'replace' && patch) base = patch;
    }
    // Of a patch over a list of maps, entries that are no maps count as maps without the key, as in the original.
    const checked = keys.length === 0 ? [...(patch ?? []), ...base] : base;
    const wrong = checked.find(
      (item) => !isNull(item) && (keys.length === 0 ? !isScalar(item) : !isMap(item)),
    );
    if (wrong !== undefined)
      throw this.#mismatch(path, keys.length === 0 ? 'ScalarNode' : 'MappingNode', wrong);
    if (keys.length === 0) return mergeScalars(patch, base);
    return this.#keyedList(base, patch, keys, schema, path);
  }

  #keyedList(
    base: Value[],
    patch: Value[] | undefined,
    keys: readonly string[],
    schema: MergeSchema | undefined,
    path: string,
  ): Value | undefined {
    let wanted = distinctKeyValues([patch, base], keys);
    if (keys.length > 1) wanted = unifyKeyValues(wanted);
    const added: Value[] = [];
    let used: readonly string[] = keys;
    for (const values of wanted) {
      const [validKeys, validValues] = usableKeys(wanted, values, keys);
      used = validKeys;
      const [findKeys, findValues] = usableKeys([validValues], validValues, validKeys);
      const old = findElement(base, findKeys, findValues);
      const change = patch && findElement(patch, findKeys, findValues);
      const merged = this.merge(
        old,
        change === old && old !== undefined ? getOwnCopy(change) : change,
        schema?.items(),
        `${path}[${validValues.join(',')}]`,
      );
      if (merged === undefined || isNull(merged) || (isMap(merged) && Object.keys(merged).length === 0)) {
        setElement(base, validKeys, validValues, undefined);
        continue;
      }
      if (isMap(merged))
        for (const [index, key] of validKeys.entries())
          if (getOwn(merged, key) === undefined && validValues[index])
            setOwn(merged, key, validValues[index]);
      setElement(added, validKeys, validValues, merged);
    }
    if (wanted.length === 0) return base;
    for (const element of base) appendElement(added, element, used);
    return added;
  }
}

/** Puts the value of a patch into the target. It takes the style of what it replaces: a number in place of quoted text is text. */
function setEntry(target: ValueMap, source: ValueMap, name: string, value: Value): void {
  if (getOwn(target, name) === undefined) {
    setOwn(target, name, value);
    setTextStyle(target, name, textStyle(source, name));
    const where = otherKey(source, name);
    if (where !== undefined) markOtherKey(target, name, where);
    return;
  }
  assignEntry(
    target,
    name,
    isScalar(value) && !isNull(value) ? restyle(value, textStyle(target, name)) : value,
  );
}

function restyle(value: Scalar, style: TextStyle | undefined): Scalar {
  const isText = typeof value === 'string' || (value instanceof ScalarText && value.type === 'folded');
  if (style === undefined && !isText) return value;
  return style === 'folded' ? foldedText(textOf(value)) : textOf(value);
}

/** A copy for merging a value that replaces into itself, where directives count once. */
function withoutDirectives(value: Value | undefined): Value | undefined {
  const copy = getOwnCopy(value);
  dropDirectives(copy);
  return copy;
}

function dropDirectives(value: Value | undefined): void {
  if (Array.isArray(value)) return value.forEach(dropDirectives);
  if (!isMap(value)) return;
  delete value[DIRECTIVE];
  for (const key of Object.keys(value)) dropDirectives(value[key]);
}

function getOwnCopy<T extends Value | undefined>(value: T): T {
  return value === undefined ? value : (cloneValue(value as Value) as T);
}

/** Reads and removes `$patch`; a map with nothing else beside `delete` or `replace` is emptied. */
function takeDirective(map: ValueMap, strict: boolean, path: string): Directive {
  const directive = getOwn(map, DIRECTIVE);
  if (directive === undefined) return 'merge';
  const text = textOf(directive);
  if (text !== 'merge' && text !== 'replace' && text !== 'delete') {
    if (!strict) return 'merge';
    throw kustomizeError(
      'patch-directive',
      `unknown patch strategy '${text}' at ${path || 'the top'}; use merge, replace or delete`,
      {
        field: path,
      },
    );
  }
  delete map[DIRECTIVE];
  return text;
}

/** A list says what to do with it by an entry that has nothing but `$patch`. */
function takeListDirective(list: Value[], path: string): Directive {
  const first = list.find((item) => isMap(item) && getOwn(item, DIRECTIVE) !== undefined);
  if (!isMap(first) || Object.keys(first).length > 1) return 'merge';
  const text = textOf(getOwn(first, DIRECTIVE));
  const directive = takeDirective(first, true, path);
  for (let i = list.length - 1; i >= 0; i--) {
    const item = list[i] ?? null;
    if (item === first || (isMap(item) && textOf(getOwn(item, DIRECTIVE)) === text)) list.splice(i, 1);
  }
  return directive;
}

function mergeScalars(patch: readonly Value[] | undefined, base: readonly Value[]): Value {
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

function distinctKeyValues(lists: readonly (Value[] | undefined)[], keys: readonly string[]): string[][] {
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
function unifyKeyValues(lists: string[][]): string[][] {
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
function usableKeys(
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
function findElement(
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
function setElement(
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
function appendElement(list: Value[], element: Value, keys: readonly string[]): void {
  const values: string[] = [];
  for (const key of keys) {
    const value = isMap(element) ? getOwn(element, key) : undefined;
    if (value === undefined) list.push(element);
    else values.push(textOf(value));
  }
  if (keys.length > 1) setElement(list, keys, values, undefined);
  setElement(list, keys, values, element);
}
