import type { FieldError } from '../api/api-error.js';
import { duplicate, invalidValue, required, tooMany } from '../registry/field-errors.js';
import type { JSONSchemaProps, SelectableField } from '../types/index.js';
import { withObjectFields } from './cel-declaration.js';
import { findField } from './rule-field-path.js';

/** Fields objects of one version can be selected by (apiextensions validation). */
const MOST_FIELDS = 8;
const TYPES: ReadonlySet<string> = new Set(['string', 'boolean', 'integer']);

/** What is wrong with the fields objects are to be selected by: they have to be declared, and plain values. */
export function selectableFieldErrors(
  fields: readonly SelectableField[] = [],
  schema: JSONSchemaProps,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { jsonPath }] of fields.entries()) {
    const at = `${field}[${index}].jsonPath`;
    if (!jsonPath) {
      errors.push(required(at));
      continue;
    }
    const isPlain = !jsonPath.includes('[');
    const found = isPlain ? findField(jsonPath, withObjectFields(schema)) : undefined;
    if (!found) {
      const problem = isPlain ? 'does not refer to a valid field' : 'array notation is not allowed';
      errors.push(invalidValue(at, jsonPath, `is an invalid path: ${problem}`));
      continue;
    }
    if (found.path.startsWith('metadata'))
      errors.push(invalidValue(at, jsonPath, 'must not point to fields in metadata'));
    if (!TYPES.has(found.schema.type ?? ''))
      errors.push(
        invalidValue(
          at,
          jsonPath,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      );
    if (seen.has(found.path)) errors.push(duplicate(at, jsonPath));
    seen.add(found.path);
  }
  if (seen.size > MOST_FIELDS) errors.push(tooMany(field, seen.size, MOST_FIELDS));
  return errors;
}
