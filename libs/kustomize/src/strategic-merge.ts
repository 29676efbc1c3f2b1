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
import {
  appendElement,
  distinctKeyValues,
  findElement,
  mergeScalars,
  setElement,
  unifyKeyValues,
  usableKeys,
} from './merged-lists.js';
import { takeDirective, takeListDirective, withoutDirectives } from './patch-directives.js';
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
        change === old && old !== undefined ? cloneValue(old) : change,
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
