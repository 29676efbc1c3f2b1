import { getOwn, isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { generatorError } from './generator-error.js';
import { mergeValues } from './merge-values.js';
import type { Parameters } from './types.js';

/** Two sets of parameters of a matrix as one. What both have must agree in the flat form; in the nested one the first counts. */
export function joinParameters(
  first: Parameters,
  second: Parameters,
  goTemplate: boolean,
  where: string,
): Parameters {
  if (goTemplate) return mergeValues(second, first);
  for (const [key, value] of Object.entries(second)) {
    const other = getOwn(first, key);
    if (other !== undefined && other !== value)
      throw generatorError(
        where,
        `found duplicate key ${JSON.stringify(key)} with different values, a: ${short(other)}, b: ${short(value)}. Rename one (git has pathParamPrefix).`,
      );
  }
  return { ...first, ...second };
}

/** The sets of parameters of a `merge` by its keys. @throws CodedError when two have the same. */
export function byMergeKeys(
  sets: readonly Parameters[],
  keys: readonly string[],
  goTemplate: boolean,
  where: string,
): Map<string, Parameters> {
  const found = new Map<string, Parameters>();
  for (const set of sets) {
    const key = JSON.stringify(keys.map((name) => valueAt(set, name, goTemplate) ?? null));
    if (found.has(key))
      throw generatorError(
        where,
        `the parameters from a generator were not unique by the given mergeKeys, merge requires all parameter sets to be unique. The duplicate key was ${short(key)}.`,
      );
    found.set(key, set);
  }
  return found;
}

/** `a.b` names a nested value where parameters are nested. */
function valueAt(set: JsonObject, name: string, goTemplate: boolean): JsonValue | undefined {
  const own = getOwn(set, name);
  if (own !== undefined || !goTemplate) return own;
  let value: JsonValue | undefined = set;
  for (const part of name.split('.')) value = isJsonObject(value) ? getOwn(value, part) : undefined;
  return value;
}

function short(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
