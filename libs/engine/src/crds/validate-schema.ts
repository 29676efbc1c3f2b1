import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { FieldError } from '../api/api-error.js';
import {
  duplicate,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../registry/field-errors.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { JSONSchemaProps } from '../types/index.js';
import { formatFits } from './formats.js';
import { matchesPattern } from './linear-regex.js';

/** Findings reported at most; a broken document can have millions. */
const MOST_ERRORS = 100;

/**
 * Checks a custom resource against its schema, in the words of Kubernetes. What is wrong but has not changed since `old` is
 * tolerated, so that objects made before a schema was tightened can still be updated.
 */
export function validateSchema(value: JsonValue, schema: JSONSchemaProps, old?: JsonValue): FieldError[] {
  const validation = new Validation();
  validation.value(value, schema, '', old);
  return validation.errors;
}

class Validation {
  readonly errors: FieldError[] = [];

  value(value: JsonValue, schema: JSONSchemaProps, path: string, old: JsonValue | undefined): void {
    if (this.errors.length >= MOST_ERRORS) return;
    if (old !== undefined && jsonEqual(value, old)) return;
    if (value === null) {
      if (schema.nullable !== true && (schema.type || schema['x-kubernetes-int-or-string']))
        this.#type(value, schema, path);
      return;
    }
    if (!typeFits(value, schema)) {
      this.#type(value, schema, path);
      return;
    }
    if (typeof value === 'string') this.#text(value, schema, path);
    else if (typeof value === 'number') this.#number(value, schema, path);
    else if (Array.isArray(value)) this.#list(value, schema, path, old);
    else if (isJsonObject(value)) this.#map(value, schema, path, old);
    if (schema.enum && !schema.enum.some((one) => jsonEqual(one, value)))
      this.errors.push(
        notSupported(
          path,
          value,
          schema.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
        ),
      );
    this.#combinations(value, schema, path);
  }

  #type(value: JsonValue, schema: JSONSchemaProps, path: string): void {
    const type = schema['x-kubernetes-int-or-string'] ? 'integer,string' : (schema.type ?? '');
    const found = JSON.stringify(typeName(value));
    const error = invalidValue(
      path || '<nil>',
      typeName(value),
      `${inBody(path)} must be of type ${type}: ${found}`,
    );
    this.errors.push({ ...error, reason: 'FieldValueTypeInvalid' });
  }

  #text(value: string, schema: JSONSchemaProps, path: string): void {
    const length =
      schema.maxLength !== undefined || schema.minLength !== undefined ? Array.from(value).length : 0;
    if (schema.maxLength !== undefined && length > schema.maxLength)
      this.errors.push(tooLong(path, schema.maxLength));
    if (schema.minLength !== undefined && length < schema.minLength)
      this.errors.push(
        invalidValue(path, value, `${inBody(path)} should be at least ${schema.minLength} chars long`),
      );
    if (schema.pattern && !matchesPattern(schema.pattern, value))
      this.errors.push(invalidValue(path, value, `${inBody(path)} should match '${schema.pattern}'`));
    if (schema.format && !formatFits(value, schema.format))
      this.errors.push(
        invalidValue(
          path,
          value,
          `${inBody(path)} must be of type ${schema.format}: ${JSON.stringify(value)}`,
        ),
      );
  }

  #number(value: number, schema: JSONSchemaProps, path: string): void {
    const { minimum, maximum, multipleOf } = schema;
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum))
      this.errors.push(
        invalidValue(
          path,
          value,
          `${inBody(path)} should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
        ),
      );
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum))
      this.errors.push(
        invalidValue(
          path,
          value,
          `${inBody(path)} should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
        ),
      );
    if (multipleOf && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
      this.errors.push(invalidValue(path, value, `${inBody(path)} should be a multiple of ${multipleOf}`));
  }

  #list(value: JsonValue[], schema: JSONSchemaProps, path: string, old: JsonValue | undefined): void {
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      this.errors.push(tooMany(path, value.length, schema.maxItems));
    if (schema.minItems !== undefined && value.length < schema.minItems)
      this.errors.push(
        invalidValue(path, value.length, `${inBody(path)} should have at least ${schema.minItems} items`),
      );
    const kind = schema['x-kubernetes-list-type'];
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const keyOf = (item: JsonValue): JsonValue =>
      kind === 'map' && isJsonObject(item)
        ? Object.fromEntries(keys.map((key) => [key, item[key] ?? null]))
        : item;
    if (kind === 'set' || kind === 'map' || schema.uniqueItems) {
      const seen = new Set<string>();
      for (const [index, item] of value.entries()) {
        const key = JSON.stringify(keyOf(item));
        if (seen.has(key)) this.errors.push(duplicate(`${path}[${index}]`, keyOf(item)));
        seen.add(key);
      }
    }
    const { items } = schema;
    if (!items || Array.isArray(items)) return;
    const before = new Map(
      kind === 'map' && Array.isArray(old) ? old.map((item) => [JSON.stringify(keyOf(item)), item]) : [],
    );
    for (const [index, item] of value.entries())
      this.value(item, items, `${path}[${index}]`, before.get(JSON.stringify(keyOf(item))));
  }

  #map(value: JsonObject, schema: JSONSchemaProps, path: string, old: JsonValue | undefined): void {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of schema.required ?? [])
      if (!Object.hasOwn(value, key)) this.errors.push(required(at(key)));
    const keys = Object.keys(value);
    if (schema.maxProperties !== undefined && keys.length > schema.maxProperties)
      this.errors.push(tooMany(path, keys.length, schema.maxProperties));
    if (schema.minProperties !== undefined && keys.length < schema.minProperties)
      this.errors.push(
        invalidValue(
          path,
          keys.length,
          `${inBody(path)} should have at least ${schema.minProperties} properties`,
        ),
      );
    const { properties = {}, additionalProperties } = schema;
    const before = isJsonObject(old) ? old : undefined;
    for (const key of keys) {
      const property = Object.hasOwn(properties, key)
        ? properties[key]
        : typeof additionalProperties === 'object'
          ? additionalProperties
          : undefined;
      const one = value[key];
      if (property && one !== undefined)
        this.value(one, property, at(key), before && Object.hasOwn(before, key) ? before[key] : undefined);
    }
  }

  #combinations(value: JsonValue, schema: JSONSchemaProps, path: string): void {
    const fits = (one: JSONSchemaProps): boolean => validateSchema(value, one).length === 0;
    const complain = (text: string): void => {
      this.errors.push(invalidValue(path || '<nil>', '', `${JSON.stringify(path)} ${text}`));
    };
    if (schema.allOf && !schema.allOf.every(fits)) {
      for (const one of schema.allOf)
        this.errors.push(...validateSchema(value, one).map((error) => nested(error, path)));
      complain('must validate all the schemas (allOf)');
    }
    if (schema.anyOf && !schema.anyOf.some(fits)) complain('must validate at least one schema (anyOf)');
    if (schema.oneOf) {
      const valid = schema.oneOf.filter(fits).length;
      if (valid !== 1)
        complain(
          `must validate one and only one schema (oneOf). Found ${valid === 0 ? 'none valid' : `${valid} valid alternatives`}`,
        );
    }
    if (schema.not && fits(schema.not)) complain('must not validate the schema (not)');
  }
}

function nested(error: FieldError, path: string): FieldError {
  return path === '' ? error : { ...error, field: `${path}.${error.field}` };
}

const inBody = (path: string): string => `${path} in body`;

function typeFits(value: JsonValue, schema: JSONSchemaProps): boolean {
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type ?? '') {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === schema.type;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return true;
  }
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}
