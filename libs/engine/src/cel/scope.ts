import type { Budget } from './budget.js';
import { CelError } from './values.js';

/** What names mean at one place of an expression. */
export interface Scope {
  readonly budget: Budget;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What loops and bindings around this place have named. */
  readonly bound: Bound | undefined;
}

interface Bound {
  readonly name: string;
  readonly value: unknown;
  readonly outer: Bound | undefined;
}

export type Evaluation = (scope: Scope) => unknown;

export const bind = (scope: Scope, name: string, value: unknown): Scope => ({
  ...scope,
  bound: { name, value, outer: scope.bound },
});

/** Runs a part whose failure may not matter. That too much was done always matters. */
export function attempt(evaluation: Evaluation, scope: Scope): { value?: unknown; error?: CelError } {
  try {
    return { value: evaluation(scope) };
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return { error };
  }
}
