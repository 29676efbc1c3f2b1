import type { Budget } from './budget.js';
import type { TemplateSet } from './template-set.js';
import type { GoFunction, GoValue } from './values.js';

/** A function that needs to know which templates it was called among, such as `include`. */
export interface ScopedFunction extends GoFunction {
  callIn(set: TemplateSet, args: readonly GoValue[]): GoValue;
}

/** What all templates of a render share. */
export interface TemplateEnvironment {
  readonly functions: ReadonlyMap<string, GoFunction | ScopedFunction>;
  readonly budget: Budget;
  /** `error`: a key that a map doesn't have ends the template. */
  readonly missingKey?: 'error' | 'default' | undefined;
}
