import type { GoValue } from './values.js';

/** A variable of a template that is being run. */
export interface Variable {
  readonly name: string;
  value: GoValue;
  /** Held in an interface: matters only for how errors name its type. */
  boxed: boolean;
}

/** The variable of a name that was declared last. */
export function innermost(variables: readonly Variable[], name: string | undefined): Variable | undefined {
  for (let index = variables.length - 1; index >= 0; index--)
    if (variables[index]?.name === name) return variables[index];
  return undefined;
}

/** Gives the variable that is `distance` from the top of the stack a value. */
export function setTop(
  variables: readonly Variable[],
  distance: number,
  value: GoValue,
  boxed: boolean,
): void {
  const variable = variables[variables.length - distance];
  if (variable) {
    variable.value = value;
    variable.boxed = boxed;
  }
}
