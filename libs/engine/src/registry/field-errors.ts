import type { FieldError } from '../api/api-error.js';
import { goQuote } from './go-quote.js';

/* The findings of validation, in the words of apimachinery's util/validation/field. */

/** How Kubernetes prints a bad value: text quoted, numbers and booleans bare, everything else as JSON. */
function shown(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  return value === undefined ? 'null' : JSON.stringify(value);
}

/** `Required value`, or `Required value: detail`. */
export function required(field: string, detail = ''): FieldError {
  return {
    reason: 'FieldValueRequired',
    field,
    message: detail ? `Required value: ${detail}` : 'Required value',
  };
}

/** `Invalid value: "x": detail`. */
export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  const message = `Invalid value: ${shown(value)}${detail ? `: ${detail}` : ''}`;
  return { reason: 'FieldValueInvalid', field, message };
}

/** `Invalid value: detail`, where the value itself is not told. */
export function invalidField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}

/** The same value found wrong for several reasons. */
export function invalidEach(field: string, value: unknown, problems: readonly string[]): FieldError[] {
  return problems.map((problem) => invalidValue(field, value, problem));
}

/** `Unsupported value: "x": supported values: "A", "B"`; values in the order Kubernetes lists them. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${shown(value)}${list ? `: supported values: ${list}` : ''}`,
  };
}

/** `Forbidden: detail`. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` };
}

/** `Duplicate value: "x"`. */
export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` };
}

/** `Not found: "x"`. */
export function fieldNotFound(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` };
}

/** `Too long: may not be more than N bytes`. */
export function tooLong(field: string, limit: number): FieldError {
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${limit} bytes` };
}

/** `Too many: 5: must have at most 3 items`. */
export function tooMany(field: string, count: number, limit: number): FieldError {
  return {
    reason: 'FieldValueTooMany',
    field,
    message: `Too many: ${count}: must have at most ${limit} items`,
  };
}

/** `Invalid value: "x": field is immutable`, when a value changed that may not. */
export const IMMUTABLE = 'field is immutable';
