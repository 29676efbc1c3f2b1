import type { FieldError } from '../../api/api-error.js';
import { duplicate, tooMany } from '../field-errors.js';

type Check<T> = (item: T, field: string) => readonly FieldError[];

/** Each item of a list that is not too long; of one that is, only that. */
export function validateList<T>(
  list: readonly T[],
  most: number,
  field: string,
  check: Check<T>,
): FieldError[] {
  if (list.length > most) return [tooMany(field, list.length, most)];
  return list.flatMap((item, index) => check(item, `${field}[${index}]`));
}

/** The same, and no two items of one key. */
export function validateSet<T>(
  list: readonly T[],
  most: number,
  field: string,
  keyOf: (item: T) => string,
  check: Check<T>,
): FieldError[] {
  const errors = validateList(list, most, field, check);
  if (list.length > most) return errors;
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(duplicate(`${field}[${index}]`, key));
    seen.add(key);
  }
  return errors;
}
