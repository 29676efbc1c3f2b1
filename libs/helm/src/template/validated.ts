import type { Failing } from './failing.js';
import { nilOf } from './go-reflection.js';
import { canBeNil, displayType, isAssignable } from './parameter-types.js';
import { type GoFunction, type GoValue, typeName } from './values.js';

/** A value as the argument of a parameter, as Go converts it. */
export function validated(failing: Failing, value: GoValue, type: string): GoValue {
  if (type === 'any') return value ?? null;
  if (type === 'value') return value;
  if (value === undefined) {
    if (canBeNil(type)) return nilOf(type);
    failing.fail(`invalid value; expected ${displayType(type)}`);
  }
  if (value === null) failing.fail(`wrong type for value; expected ${displayType(type)}; got interface {}`);
  if (isAssignable(value, type)) return value;
  return failing.fail(`wrong type for value; expected ${displayType(type)}; got ${typeName(value)}`);
}

/** What Go says of a call with too few or too many arguments; `count` includes one that is piped in. */
export function wrongCount(
  name: string,
  { parameters, variadic }: GoFunction,
  given: number,
  count: number,
): string {
  const want = variadic
    ? `at least ${parameters.length - 1} got ${given}`
    : `${parameters.length} got ${count}`;
  return `wrong number of args for ${name}: want ${want}`;
}
