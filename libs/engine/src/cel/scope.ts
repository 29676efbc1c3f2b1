import type { Budget } from './budget.js';
import { CelError } from './values.js';

/** What names mean at one place of an expression. */
export interface Scope {
  readonly budget: Budget;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What folds around this place have named, the innermost first. */
  readonly frame: Frame | undefined;
}

/** Names one fold has given. */
export interface Frame {
  readonly outer: Frame | undefined;
  /** The value of a name of this fold; undefined when it is not one of its names. */
  lookUp(name: string): unknown;
}

/** Runs a part. What goes wrong is its value: others may not need it. That too much was done is thrown. */
export type Evaluation = (scope: Scope) => unknown;

/** The value of a name; undefined when nobody has given it. */
export function valueOf(name: string, { frame, variables }: Scope): unknown {
  for (let one = frame; one; one = one.outer) {
    const value = one.lookUp(name);
    if (value !== undefined) return value;
  }
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** Makes what an action throws because of its values its result. */
export function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}
