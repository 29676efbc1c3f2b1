/** What is known of a value before an expression runs. Types of objects know their fields; `param` stands for a type not yet known. */
export type CelStatic =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'list'; readonly item: CelStatic }
  | { readonly kind: 'map'; readonly key: CelStatic; readonly value: CelStatic }
  | { readonly kind: 'type'; readonly of: CelStatic | undefined }
  | { readonly kind: 'opaque'; readonly name: string; readonly of: readonly CelStatic[] }
  | { readonly kind: 'object'; readonly name: string; readonly field: FieldLookup }
  | { readonly kind: 'param'; readonly name: string };

type SimpleKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'null'
  | 'string'
  | 'timestamp'
  | 'uint';

/** The type of a field, undefined when an object has none of that name. */
export type FieldLookup = (name: string) => CelStatic | undefined;

const simple = (kind: SimpleKind): CelStatic => ({ kind });

export const BOOL = simple('bool');
export const BYTES = simple('bytes');
export const DOUBLE = simple('double');
export const DURATION = simple('duration');
export const DYN = simple('dyn');
export const ERROR = simple('error');
export const INT = simple('int');
export const NULL = simple('null');
export const STRING = simple('string');
export const TIMESTAMP = simple('timestamp');
export const UINT = simple('uint');

export const listOf = (item: CelStatic): CelStatic => ({ kind: 'list', item });
export const mapTypeOf = (key: CelStatic, value: CelStatic): CelStatic => ({ kind: 'map', key, value });
export const typeTypeOf = (of?: CelStatic): CelStatic => ({ kind: 'type', of });
export const paramOf = (name: string): CelStatic => ({ kind: 'param', name });
export const opaqueOf = (name: string, ...of: CelStatic[]): CelStatic => ({ kind: 'opaque', name, of });
export const optionalOf = (value: CelStatic): CelStatic => opaqueOf('optional_type', value);

/** An object whose fields are given, or one that has none an expression could name. */
export const objectOf = (
  name: string,
  fields?: Readonly<Record<string, CelStatic>> | FieldLookup,
): CelStatic => ({
  kind: 'object',
  name,
  field:
    typeof fields === 'function'
      ? fields
      : (field) => (fields && Object.hasOwn(fields, field) ? fields[field] : undefined),
});

/** What an optional holds; undefined for all other types. */
export function heldBy(type: CelStatic): CelStatic | undefined {
  return type.kind === 'opaque' && type.name === 'optional_type' ? type.of[0] : undefined;
}

/** The types a type is made of. */
export function partsOf(type: CelStatic): readonly CelStatic[] {
  if (type.kind === 'list') return [type.item];
  if (type.kind === 'map') return [type.key, type.value];
  if (type.kind === 'opaque') return type.of;
  return type.kind === 'type' && type.of ? [type.of] : [];
}

/** The same type of other parts. */
export function withParts(type: CelStatic, change: (part: CelStatic) => CelStatic): CelStatic {
  if (type.kind === 'list') return listOf(change(type.item));
  if (type.kind === 'map') return mapTypeOf(change(type.key), change(type.value));
  if (type.kind === 'opaque') return opaqueOf(type.name, ...type.of.map(change));
  return type.kind === 'type' && type.of ? typeTypeOf(change(type.of)) : type;
}

const nameOf = (type: CelStatic): string => ('name' in type ? type.name : type.kind);

/** True when two types are one. */
export function sameType(a: CelStatic, b: CelStatic): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || nameOf(a) !== nameOf(b)) return false;
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    left.length === right.length &&
    left.every((part, index) => {
      const other = right[index];
      return other !== undefined && sameType(part, other);
    })
  );
}

/** A type as messages show it: `list(string)`, `!error!`. */
export function typeText(type: CelStatic): string {
  if (type.kind === 'error') return '!error!';
  const parts = partsOf(type);
  return parts.length === 0 ? nameOf(type) : `${nameOf(type)}(${parts.map(typeText).join(', ')})`;
}
