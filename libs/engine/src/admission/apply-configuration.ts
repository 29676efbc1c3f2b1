import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { listProblem } from '../apply/check-elements.js';
import { mergeFields } from '../apply/merge-fields.js';
import { jsonOf } from '../cel/json.js';
import { CelMap, CelMessage, entriesOf, isMap } from '../cel/values.js';
import { ANY, fieldTypeOf, type FieldType } from '../registry/field-type.js';
import type { StoredObject } from '../store/stored-object.js';

/**
 * An object with what a policy made laid over it, merged as server-side apply merges. Throws an Error for what has no place
 * in the schema, and for atomic lists and maps: replacing them would drop what the policy does not know (policy/mutating/patch).
 */
export function applyConfiguration(
  object: StoredObject,
  made: unknown,
  kind: Parameters<typeof fieldTypeOf>[0],
): StoredObject {
  if (!(made instanceof CelMessage)) throw new Error('must evaluate to Object');
  const wrong = wrongNames(made, 'Object');
  if (wrong.length > 0) throw new Error(`type mismatch: ${wrong.join('\n')}`);
  const patch = jsonOf(made);
  const type = fieldTypeOf(kind);
  const unknown = unknownFields(patch, type, '');
  if (unknown.length > 0)
    throw new Error(
      `error applying patch: failed to convert patch object to typed object: ${unknown.map((path) => `${path}: field not declared in schema`).join('\n')}`,
    );
  const atomics = atomicFields(patch, type, '');
  if (atomics.length > 0)
    throw new Error(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    );
  const problem = listProblem(patch, type);
  if (problem !== undefined)
    throw new Error(`error applying patch: failed to convert patch object to typed object: ${problem}`);
  const { apiVersion } = object;
  return mergeFields(object, { ...(patch as object), apiVersion, kind: object.kind }, type) as StoredObject;
}

/** Types are named after the fields they are for: `Object.spec.template{…}`. */
function wrongNames(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => wrongNames(item, path));
  if (value instanceof CelMessage) {
    const own =
      value.typeName === path
        ? []
        : [
            `unexpected type name ${JSON.stringify(value.typeName)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`,
          ];
    return [
      ...own,
      ...Object.entries(value.fields).flatMap(([name, field]) => wrongNames(field, `${path}.${name}`)),
    ];
  }
  if (value instanceof CelMap || isMap(value))
    return entriesOf(value).flatMap(([, item]) => wrongNames(item, path));
  return [];
}

function unknownFields(value: JsonValue, type: FieldType, path: string): string[] {
  if (Array.isArray(value))
    return type.kind === 'list'
      ? value.flatMap((item, index) => unknownFields(item, type.items(), `${path}[${index}]`))
      : [];
  if (!isJsonObject(value) || type.kind !== 'map') return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const field = type.field(key);
    return field ? unknownFields(one, field, `${path}.${key}`) : [`${path}.${key}`];
  });
}

function atomicFields(value: JsonValue, type: FieldType, path: string): string[] {
  const own = type.atomic && (Array.isArray(value) || isJsonObject(value)) ? [path] : [];
  if (Array.isArray(value) && type.kind === 'list')
    return [...own, ...value.flatMap((item, index) => atomicFields(item, type.items(), `${path}[${index}]`))];
  if (!isJsonObject(value) || type.kind !== 'map') return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, one]) =>
      atomicFields(one, type.field(key) ?? ANY, `${path}.${key}`),
    ),
  ];
}
