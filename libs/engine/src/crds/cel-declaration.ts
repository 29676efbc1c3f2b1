import { escapedField, isReservedField } from '../cel/fields.js';
import { exactly, type Range } from '../cel/cost/range.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listOf,
  mapTypeOf,
  objectOf,
  type CelStatic,
} from '../cel/types.js';
import type { JSONSchemaProps } from '../types/index.js';

/** Bytes of the largest request; nothing in an object is larger (apiserver apis/cel/config.go). */
export const LARGEST_REQUEST = 3 * 1024 * 1024;
/** Letters of the longest times and lengths of time, with their quotes. */
const SIZES = { duration: 32, date: 12, 'date-time': 32 } as const;
const LEAST_BYTES = { text: 2, duration: 3, date: 12, 'date-time': 21, bool: 4, number: 1 } as const;

/** What rules know of the values of a schema: their types, how large they can get, and how small they can be written. */
export interface CelDeclaration {
  readonly type: CelStatic;
  readonly most: number;
  readonly leastBytes: number;
  readonly item?: CelDeclaration;
  readonly key?: CelDeclaration;
  /** By their names in expressions. */
  readonly fields?: ReadonlyMap<string, CelDeclaration>;
}

const TEXT: JSONSchemaProps = { type: 'string' };
const OBJECT_FIELDS: Readonly<Record<string, JSONSchemaProps>> = {
  apiVersion: TEXT,
  kind: TEXT,
  metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
};

/** The schema of a whole object as rules see it: with the few fields all objects have. */
export function withObjectFields(schema: JSONSchemaProps): JSONSchemaProps {
  const { properties = {} } = schema;
  const { apiVersion, kind, metadata } = properties;
  const isWhole =
    apiVersion?.type === 'string' &&
    kind?.type === 'string' &&
    metadata?.type === 'object' &&
    metadata.properties?.['name']?.type === 'string' &&
    metadata.properties['generateName']?.type === 'string';
  return isWhole ? schema : { ...schema, properties: { ...properties, ...OBJECT_FIELDS } };
}

/**
 * What rules may know of a schema (apiserver cel/common/schemas.go). Undefined for what has no declared shape: rules can't look
 * into that. `name` tells types of objects apart.
 */
export function declarationOf(
  given: JSONSchemaProps,
  isObject: boolean,
  name = 'selfType',
): CelDeclaration | undefined {
  if (given['x-kubernetes-int-or-string'])
    return {
      type: DYN,
      most: given.maxLength === undefined ? LARGEST_REQUEST - 2 : lettersOf(given.maxLength),
      leastBytes: 1,
    };
  const schema = isObject ? withObjectFields(given) : given;
  switch (schema.type ?? '') {
    case 'array':
      return listDeclaration(schema, name);
    case 'object':
      return typeof schema.additionalProperties === 'object' && schema.additionalProperties
        ? mapDeclaration(schema, schema.additionalProperties, name)
        : objectDeclaration(schema, name);
    case 'string':
      return textDeclaration(schema);
    case 'boolean':
      return { type: BOOL, most: 0, leastBytes: LEAST_BYTES.bool };
    case 'number':
      return { type: DOUBLE, most: 0, leastBytes: LEAST_BYTES.number };
    case 'integer':
      return { type: INT, most: 0, leastBytes: LEAST_BYTES.number };
    default:
      return undefined;
  }
}

const atLeastZero = (value: number): number => Math.max(0, value);
/** Lengths are declared in letters, sizes are counted in bytes. */
const lettersOf = (maxLength: number): number => atLeastZero(maxLength) * 4;

function listDeclaration(schema: JSONSchemaProps, name: string): CelDeclaration | undefined {
  const { items, maxItems } = schema;
  if (!items || Array.isArray(items)) return undefined;
  const item = declarationOf(items, items['x-kubernetes-embedded-resource'] === true, `${name}.@idx`);
  if (!item) return undefined;
  const most =
    maxItems === undefined
      ? Math.floor((LARGEST_REQUEST - 2) / (item.leastBytes + 1))
      : atLeastZero(maxItems);
  return { type: listOf(item.type), most, leastBytes: 2, item };
}

function mapDeclaration(
  { maxProperties }: JSONSchemaProps,
  values: JSONSchemaProps,
  name: string,
): CelDeclaration | undefined {
  const item = declarationOf(values, values['x-kubernetes-embedded-resource'] === true, `${name}.@elem`);
  if (!item) return undefined;
  const most =
    maxProperties === undefined
      ? Math.floor((LARGEST_REQUEST - 2) / (item.leastBytes + 6))
      : atLeastZero(maxProperties);
  // Keys are texts of any length: nothing about them can be declared.
  const key: CelDeclaration = { type: STRING, most: 0, leastBytes: LEAST_BYTES.text };
  return { type: mapTypeOf(STRING, item.type), most, leastBytes: 2, item, key };
}

function objectDeclaration(schema: JSONSchemaProps, name: string): CelDeclaration {
  const fields = new Map<string, CelDeclaration>();
  const required = new Set(schema.required ?? []);
  let leastBytes = 2;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const escaped = escapedField(key);
    const field = declarationOf(
      property,
      property['x-kubernetes-embedded-resource'] === true,
      `${name}.${escaped ?? key}`,
    );
    if (!field) continue;
    if (escaped !== undefined) fields.set(escaped, field);
    if (required.has(key) && property.default === undefined)
      leastBytes += Buffer.byteLength(key) + field.leastBytes + 4;
  }
  const lookUp = (field: string): CelStatic | undefined =>
    (fields.get(field) ?? (isReservedField(field) ? fields.get(`__${field}__`) : undefined))?.type;
  return { type: objectOf(name, lookUp), most: 0, leastBytes, fields };
}

function textDeclaration({ format, maxLength, enum: values }: JSONSchemaProps): CelDeclaration {
  switch (format ?? '') {
    case 'byte':
      return {
        type: BYTES,
        most: maxLength === undefined ? LARGEST_REQUEST - 2 : atLeastZero(maxLength),
        leastBytes: LEAST_BYTES.text,
      };
    case 'duration':
      return { type: DURATION, most: SIZES.duration, leastBytes: LEAST_BYTES.duration };
    case 'date':
      return { type: TIMESTAMP, most: SIZES.date, leastBytes: LEAST_BYTES.date };
    case 'date-time':
      return { type: TIMESTAMP, most: SIZES['date-time'], leastBytes: LEAST_BYTES['date-time'] };
  }
  const longest = Math.max(
    0,
    ...(values ?? []).map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)),
  );
  const most =
    maxLength !== undefined
      ? lettersOf(maxLength)
      : values && values.length > 0
        ? longest
        : LARGEST_REQUEST - 2;
  return { type: STRING, most, leastBytes: LEAST_BYTES.text };
}

/** How large the value at a path can be; the first step names the variable, which all are of this declaration. */
export function declaredSize(declaration: CelDeclaration, path: readonly string[]): Range | undefined {
  let at: CelDeclaration | undefined = declaration;
  for (const step of path.slice(1)) {
    if (step === '@items' || step === '@values') at = at.item;
    else at = step === '@keys' ? at.key : at.fields?.get(step);
    if (!at) return undefined;
  }
  return { ...exactly(at.most), min: 0n };
}
