import type { JsonValue } from '@lotse/manifests';
import type { FieldError } from '../api/api-error.js';
import type { JSONSchemaProps } from '../types/index.js';
import { objectRuleErrors } from './cel-rules.js';
import { hasRules } from './schema-rules.js';
import { validateSchema } from './validate-schema.js';

/** Findings that leave rules nothing to rely on (apiextensions customresource/strategy.go). */
const BLOCKING: ReadonlySet<FieldError['reason']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/**
 * What is wrong with a custom object: what its schema without metadata says of it, and, when there is enough of it to look at,
 * what the rules of the whole schema say.
 */
export function validateObject(
  value: JsonValue,
  body: JSONSchemaProps,
  schema: JSONSchemaProps,
  old?: JsonValue,
): FieldError[] {
  const errors = validateSchema(value, body, old);
  if (!hasRules(schema)) return errors;
  if (!errors.some(({ reason }) => BLOCKING.has(reason)))
    return [...errors, ...objectRuleErrors(value, schema, old)];
  return [
    ...errors,
    { reason: 'FieldValueInvalid', field: '<nil>', message: `Invalid value: "null": ${NOT_CHECKED}` },
  ];
}
