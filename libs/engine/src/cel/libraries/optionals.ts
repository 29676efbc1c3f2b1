import type { Library } from '../overload.js';
import {
  CelDuration,
  CelError,
  CelMap,
  CelOptional,
  CelTimestamp,
  entriesOf,
  isMap,
  NONE,
  shown,
} from '../values.js';

function isZero(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === 0n || value === false)
    return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelTimestamp || value instanceof CelDuration) return value.nano === 0n;
  return (value instanceof CelMap || isMap(value)) && entriesOf(value).length === 0;
}

/** What the optionals of a list hold. */
function unwrapped(list: readonly unknown[]): unknown[] {
  return list.flatMap((one) => {
    if (!(one instanceof CelOptional)) throw new CelError(`value ${shown(one)} is not optional`);
    return one.isPresent ? [one.value] : [];
  });
}

/** Values that may be missing. */
export const optionals: Library = {
  qualified: [
    ['optional.of', ['dyn'], (value: unknown) => new CelOptional(value)],
    ['optional.none', [], () => NONE],
    ['optional.unwrap', ['list'], unwrapped],
    ['optional.ofNonZeroValue', ['dyn'], (value: unknown) => (isZero(value) ? NONE : new CelOptional(value))],
  ],
  functions: [],
  members: [
    ['unwrapOpt', ['list'], unwrapped],
    ['hasValue', ['optional_type'], ({ isPresent }: CelOptional) => isPresent],
    [
      'value',
      ['optional_type'],
      (optional: CelOptional) => {
        if (!optional.isPresent) throw new CelError('optional.none() dereference');
        return optional.value;
      },
    ],
    [
      'or',
      ['optional_type', 'optional_type'],
      (optional: CelOptional, other: CelOptional) => (optional.isPresent ? optional : other),
    ],
    [
      'orValue',
      ['optional_type', 'dyn'],
      (optional: CelOptional, other: unknown) => (optional.isPresent ? optional.value : other),
    ],
  ],
};
