import { isJsonObject } from '@lotse/manifests';
import type { FieldError } from '../../api/api-error.js';
import { required } from '../field-errors.js';
import type { FieldType } from '../field-type.js';

/** Findings reported at most. */
const MOST_ERRORS = 100;

/**
 * What the schema alone says must be there: for kinds that have no validation of their own. Texts only, as Go takes a
 * missing number or list for zero or none.
 */
export function validateRequired(object: unknown, type: FieldType): FieldError[] {
  const errors: FieldError[] = [];
  visit(object, type, '', errors);
  return errors;
}

function visit(value: unknown, type: FieldType, path: string, errors: FieldError[]): void {
  if (errors.length >= MOST_ERRORS) return;
  if (Array.isArray(value)) {
    for (const [index, item] of (value as unknown[]).entries())
      visit(item, type.items(), `${path}[${index}]`, errors);
    return;
  }
  if (type.kind !== 'map' || !isJsonObject(value)) return;
  for (const key of type.required) {
    if (type.field(key)?.scalar === 'string' && (value[key] ?? '') === '')
      errors.push(required(at(path, key)));
  }
  for (const [key, one] of Object.entries(value)) {
    const child = type.field(key);
    // Metadata has rules of its own; status is told, not asked for.
    if (child && !(path === '' && (key === 'metadata' || key === 'status')))
      visit(one, child, at(path, key), errors);
  }
}

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
