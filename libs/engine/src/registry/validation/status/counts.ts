import type { FieldError } from '../../../api/api-error.js';
import { invalidValue } from '../../field-errors.js';
import { nonNegative } from '../numbers.js';

type Counts<K extends string> = { readonly [key in K]?: number };

/** Counts of a status, none of which may be negative, in the order they are named. */
export function validateCounts<K extends string>(
  status: Counts<K>,
  names: readonly K[],
  field = 'status',
): FieldError[] {
  return names.flatMap((name) => nonNegative(status[name], `${field}.${name}`));
}

/** Counts that are a part of another one; `shown` is how that one is called in the message. */
export function validateParts<K extends string>(
  status: Counts<K>,
  parts: readonly K[],
  whole: K,
  shown: string,
): FieldError[] {
  const most = status[whole] ?? 0;
  return parts.flatMap((name) => {
    const count = status[name] ?? 0;
    return count > most ? [invalidValue(`status.${name}`, count, `cannot be greater than ${shown}`)] : [];
  });
}
