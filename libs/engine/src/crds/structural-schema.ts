import type { FieldError } from '../api/api-error.js';
import { forbiddenField, invalidValue, notSupported, required } from '../registry/field-errors.js';
import type { JSONSchemaProps } from '../types/index.js';
import { linearRegex } from './linear-regex.js';
import { ruleErrors } from './rule-checks.js';

/** Levels and nodes a schema may have; the largest public ones have 30 and 60,000. */
const DEEPEST = 100;
const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** Words of JSON schema that make values unpredictable (apiextensions structural schemas). */
const FORBIDDEN = [
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
  'id',
] as const;

/** What keeps a schema from being structural: every value must have a known type at a known place. */
export function structuralErrors(schema: JSONSchemaProps, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== 'object')
    errors.push(
      schema.type
        ? invalidValue(`${field}.type`, schema.type, 'must be object at the root')
        : required(`${field}.type`, 'must not be empty at the root'),
    );
  check(schema, field, 0, errors);
  // What is not structural has no types that rules could be checked against.
  return [...errors, ...ruleErrors(schema, field, errors.length === 0)];
}

function check(schema: JSONSchemaProps, field: string, depth: number, errors: FieldError[]): void {
  if (depth > DEEPEST) {
    errors.push(forbiddenField(field, `nesting deeper than ${DEEPEST} is not allowed`));
    return;
  }
  const { type } = schema;
  const free = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (!type && !free && depth > 0)
    errors.push(required(`${field}.type`, 'must not be empty for specified object fields'));
  if (type && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  for (const key of FORBIDDEN) {
    if (schema[key] !== undefined && schema[key] !== '')
      errors.push(forbiddenField(`${field}.${key}`, `${key} is not supported`));
  }
  if (schema.uniqueItems)
    errors.push(
      forbiddenField(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema.properties && typeof schema.additionalProperties === 'object')
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  if (schema.additionalProperties === false)
    errors.push(
      forbiddenField(`${field}.additionalProperties`, 'additionalProperties cannot be set to false'),
    );
  if (schema.pattern && !linearRegex(schema.pattern))
    errors.push(
      invalidValue(`${field}.pattern`, schema.pattern, `must be a valid regular expression, but isn't`),
    );
  const listType = schema['x-kubernetes-list-type'];
  if (listType && !['atomic', 'map', 'set'].includes(listType))
    errors.push(notSupported(`${field}.x-kubernetes-list-type`, listType, ['atomic', 'map', 'set']));
  if (listType === 'map' && (schema['x-kubernetes-list-map-keys'] ?? []).length === 0)
    errors.push(
      required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'),
    );
  if (Array.isArray(schema.items))
    errors.push(forbiddenField(`${field}.items`, 'items must be a schema object and not an array'));
  else if (schema.items) check(schema.items, `${field}.items`, depth + 1, errors);
  else if (type === 'array') errors.push(required(`${field}.items`, 'must be specified'));
  for (const [key, one] of Object.entries(schema.properties ?? {}))
    check(one, `${field}.properties[${key}]`, depth + 1, errors);
  if (typeof schema.additionalProperties === 'object')
    check(schema.additionalProperties, `${field}.additionalProperties`, depth + 1, errors);
}
