import { applyFieldSpec, type FieldSpec } from '../field-spec.js';
import { FieldShapeError } from '../field-spec.js';
import { lookupField, splitFieldPath } from '../field-path.js';
import type { VarEntry } from '../kustomization.js';
import { kustomizeError } from '../kustomize-error.js';
import {
  isClusterScoped,
  type ResourceId,
  sameId,
  sameKindAndName,
  splitApiVersion,
} from '../resource-id.js';
import type { ResourceSet } from '../resource-set.js';
import { toJson } from '../json-values.js';
import { isMap, isNull, isScalar, type Scalar, ScalarText, textOf, type Value } from '../values.js';

/** Adds the vars of one kustomization to those known and marks the resources they read. */
export function collectVariables(
  set: ResourceSet,
  known: Map<string, VarEntry>,
  entries: readonly VarEntry[],
): void {
  for (const entry of entries) {
    const id = targetOf(entry);
    const exact = id.namespace !== '' || isClusterScoped(id);
    const matches = set.matchingAnyId((other) => (exact ? sameId(id, other) : sameKindAndName(id, other)));
    if (matches.length > 1)
      throw kustomizeError(
        'var',
        `found ${matches.length} resId matches for var ${entry.name ?? ''} (unable to disambiguate)`,
        { field: 'vars' },
      );
    matches[0]?.varNames.push(entry.name ?? '');
  }
  mergeVariables(known, entries);
}

/** Adds vars, refusing a name that is taken. */
export function mergeVariables(known: Map<string, VarEntry>, entries: Iterable<VarEntry>): void {
  for (const entry of entries) {
    const name = entry.name ?? '';
    if (known.has(name)) throw kustomizeError('var', `var '${name}' already encountered`, { field: 'vars' });
    known.set(name, entry);
  }
}

function targetOf({ objref = {} }: VarEntry): ResourceId {
  const fromVersion = objref.apiVersion ? splitApiVersion(objref.apiVersion) : undefined;
  return {
    group: fromVersion?.group || (objref.group ?? ''),
    version: fromVersion?.version || (objref.version ?? ''),
    kind: objref.kind ?? '',
    name: objref.name ?? '',
    namespace: objref.namespace ?? '',
  };
}

/** Puts the values of vars in place of `$(NAME)`; gives a warning when some are used nowhere. */
export function resolveVariables(
  set: ResourceSet,
  known: ReadonlyMap<string, VarEntry>,
  specs: readonly FieldSpec[],
  warnings: string[],
): void {
  if (known.size === 0) return;
  const values = new Map<string, Scalar | undefined>();
  for (const name of [...known.keys()].sort())
    values.set(name, readVariable(set, name, known.get(name) ?? {}));
  const used = new Set<string>();
  const replace = (value: Value): Value => expand(value, values, used);
  for (const resource of set.list)
    for (const spec of specs) applyFieldSpec(resource.value, spec, (value) => replaceIn(value, replace));
  const unused = [...values.keys()].filter((name) => !used.has(name));
  if (unused.length > 0) warnings.push(`well-defined vars that were never replaced: ${unused.join(',')}`);
}

function readVariable(set: ResourceSet, name: string, entry: VarEntry): Scalar | undefined {
  const path = entry.fieldref?.fieldPath || 'metadata.name';
  for (const resource of set.list) {
    if (!resource.varNames.includes(name)) continue;
    const parts = splitFieldPath(path.replace(/\[(\d+)\]/g, '.$1')).filter((part) => part !== '');
    const value = lookupField(resource.value, parts)?.get();
    if (value === undefined)
      throw kustomizeError(
        'var',
        `field specified in var '${name}' (${path}) not found in corresponding resource`,
        {
          object: `${resource.kind} ${resource.name}`,
          field: path,
        },
      );
    return isScalar(value) ? value : undefined;
  }
  const target = entry.objref;
  throw kustomizeError(
    'var',
    `var '${name}' cannot be mapped to a field in the set of known resources: there is no ${target?.kind ?? 'resource'} ${target?.name ?? ''}`,
    { field: 'vars', object: name },
  );
}

function replaceIn(value: Value, replace: (value: Value) => Value): Value {
  if (isNull(value)) return value;
  if (isMap(value)) {
    for (const key of Object.keys(value))
      if (isText(value[key] ?? null)) value[key] = replace(value[key] ?? null);
    return value;
  }
  if (!Array.isArray(value)) return isText(value) ? replace(value) : value;
  for (let i = 0; i < value.length; i++) {
    const item = value[i] ?? null;
    if (!isText(item)) throw new FieldShapeError('invalid value type expect a string');
    value[i] = replace(item);
  }
  return value;
}

function isText(value: Value): boolean {
  return typeof value === 'string' || (value instanceof ScalarText && value.type === 'folded');
}

/** Expands `$(NAME)` in a text; `$$` is a dollar sign. A text that is nothing but one var takes the type of its value. */
function expand(value: Value, values: ReadonlyMap<string, Scalar | undefined>, used: Set<string>): Value {
  const input = textOf(value);
  let output = '';
  let i = 0;
  while (i < input.length) {
    if (input[i] !== '$' || i + 1 >= input.length) {
      output += input[i++];
      continue;
    }
    const next = input[i + 1] ?? '';
    const close = next === '(' ? input.indexOf(')', i + 2) : -1;
    if (next === '$') output += '$';
    else if (close < 0) output += `$${next}`;
    if (close < 0) {
      i += 2;
      continue;
    }
    const name = input.slice(i + 2, close);
    const known = values.get(name);
    if (known === undefined) output += `$(${name})`;
    else {
      used.add(name);
      const typed = toJson(known);
      if (input === `$(${name})`) return typed as Scalar;
      output += String(typed as string | number | boolean);
    }
    i = close + 1;
  }
  return output;
}
