import { getOwn, setOwn } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import { type Gvk, isSelected, splitApiVersion } from './resource-id.js';
import { own, ownAll } from './shared-values.js';
import { isNull, isScalar, textOf, type Value, type ValueMap } from './values.js';

/** Where a transformer works: a path such as `spec/template/spec/containers[]/image` in the kinds the selector matches. */
export interface FieldSpec extends Partial<Gvk> {
  readonly path: string;
  readonly create?: boolean;
}

/** Gets the value at the path and gives the one to put there. */
export type FieldUpdate = (value: Value) => Value;

const EMPTY_VALUES = {
  map: (): Value => ({}),
  scalar: (): Value => null,
} as const;

/**
 * Applies an update at every place of a resource that the spec names. Lists are walked through without a part of their own;
 * missing fields are made only when the spec says `create` and a kind to create is given.
 */
export function applyFieldSpec(
  resource: ValueMap,
  spec: FieldSpec,
  update: FieldUpdate,
  createKind?: keyof typeof EMPTY_VALUES,
): void {
  const apiVersion = textOf(getOwn(resource, 'apiVersion'));
  if (!isSelected({ ...splitApiVersion(apiVersion), kind: textOf(getOwn(resource, 'kind')) }, spec)) return;
  // Configurations come from files, where the path may be left out.
  const path = splitPath(spec.path || '');
  try {
    walk(
      resource,
      path,
      0,
      createKind === 'scalar' ? scalarOnly(update) : update,
      spec.create === true ? createKind : undefined,
    );
  } catch (error) {
    if (!(error instanceof FieldShapeError)) throw error;
    const object = `${textOf(getOwn(resource, 'kind'))} ${textOf(getOwn((getOwn(resource, 'metadata') as ValueMap | undefined) ?? {}, 'name'))}`;
    throw kustomizeError('field', `considering field '${spec.path}' of object ${object}: ${error.message}`, {
      object,
      field: spec.path,
    });
  }
}

function scalarOnly(update: FieldUpdate): FieldUpdate {
  return (value) => {
    if (!isScalar(value))
      throw new FieldShapeError(
        `wrong node kind: expected ScalarNode but got ${Array.isArray(value) ? 'SequenceNode' : 'MappingNode'}`,
      );
    return update(value);
  };
}

/** Raised inside a walk; gets its place on the way out. */
export class FieldShapeError extends Error {}

/** Splits a path at `/`; `\/` is a slash within a name. */
export function splitPath(path: string, delimiter = '/'): string[] {
  const parts: string[] = [];
  const source = path.startsWith(delimiter) ? path.slice(1) : path;
  let part = '';
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? '';
    if (char === '\\' && source[i + 1] === delimiter) {
      part += delimiter;
      i++;
    } else if (char === delimiter) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts;
}

function walk(
  value: Value,
  path: readonly string[],
  at: number,
  update: FieldUpdate,
  create: keyof typeof EMPTY_VALUES | undefined,
): Value {
  const part = path[at];
  if (part === undefined) return update(ownAll(value));
  if (isNull(value)) return value;
  if (Array.isArray(value)) {
    let list = value;
    for (let i = 0; i < list.length; i++) {
      const old = list[i] ?? null;
      const item = walk(old, path, at, update, create);
      if (item !== old) (list = own(list))[i] = item;
    }
    return list;
  }
  if (isScalar(value)) throw new FieldShapeError('expected sequence or mapping node');
  const isSequence = part.endsWith('[]');
  const field = isSequence ? part.slice(0, -2) : part;
  if (field === '') throw new FieldShapeError('cannot set or create an empty field name');
  let child = getOwn(value, field);
  const makes = create !== undefined && !isSequence;
  if (child === undefined || (isNull(child) && (makes || isSequence))) {
    if (isSequence && child !== undefined) child = [];
    else if (!makes) return value;
    else child = EMPTY_VALUES[at === path.length - 1 ? create : 'map']();
  }
  const changed = walk(child, path, at + 1, update, create);
  if (changed === getOwn(value, field)) return value;
  const map = own(value);
  setOwn(map, field, changed);
  return map;
}
