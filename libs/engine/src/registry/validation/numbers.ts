import type { IntOrString } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidValue } from '../field-errors.js';

/** A count that may be missing but not negative. */
export function nonNegative(value: number | undefined, field: string): FieldError[] {
  return value !== undefined && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

/** A whole number or a percentage such as `25%`. */
export function intOrPercent(value: IntOrString | undefined, field: string): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return nonNegative(value, field);
  return /^[0-9]+%$/.test(value)
    ? []
    : [
        invalidValue(
          field,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      ];
}

/** A number above zero. */
export function positive(value: number, field: string): FieldError[] {
  return value > 0 ? [] : [invalidValue(field, value, 'must be greater than zero')];
}

/** A number between two others, both inclusive. */
export function inRange(value: number, field: string, least: number, most: number): FieldError[] {
  return value >= least && value <= most
    ? []
    : [invalidValue(field, value, `must be between ${least} and ${most}, inclusive`)];
}

/** Of a whole no more than all of it. */
export function atMostAll(value: IntOrString | undefined, field: string): FieldError[] {
  return typeof value === 'string' && /^[0-9]+%$/.test(value) && Number.parseInt(value, 10) > 100
    ? [invalidValue(field, value, 'must not be greater than 100%')]
    : [];
}
