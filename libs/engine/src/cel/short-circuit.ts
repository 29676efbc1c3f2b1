import type { Evaluation } from './scope.js';
import { CelError, CelOptional } from './values.js';

/** `&&` and `||` don't care about an error on one side when the other decides. */
export function logic(decisive: boolean, left: Evaluation, right: Evaluation): Evaluation {
  return (scope) => {
    let failed: CelError | undefined;
    for (const side of [left, right]) {
      const value = side(scope);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean')
        failed ??= value instanceof CelError ? value : new CelError('no such overload');
    }
    return failed ?? !decisive;
  };
}

/** What stands in for an optional is looked at only where it is needed. */
export function standIn(name: 'or' | 'orValue', optional: Evaluation, instead: Evaluation): Evaluation {
  return (scope) => {
    const given = optional(scope);
    if (given instanceof CelError) return given;
    if (!(given instanceof CelOptional)) return new CelError(`no such overload: ${name}`);
    if (!given.isPresent) return instead(scope);
    return name === 'or' ? given : given.value;
  };
}
