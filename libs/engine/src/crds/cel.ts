import type { CelEnvironment } from '../cel/checker.js';
import { compileCel as compile, type CelProgram } from '../cel/compile.js';
import { celOf } from '../cel/json.js';
import { DYN } from '../cel/types.js';

export { celProblem, type CelProgram } from '../cel/compile.js';

const NOTHING: ReadonlySet<string> = new Set();
const environments = new WeakMap<ReadonlySet<string>, CelEnvironment>();

/**
 * Compiles an expression about variables of which nothing but the names is known. Throws an Error whose message says what is
 * wrong with it.
 */
export function compileCel(expression: string, names: ReadonlySet<string> = NOTHING): CelProgram {
  let environment = environments.get(names);
  if (!environment) {
    environment = { variables: Object.fromEntries([...names].map((name) => [name, DYN])) };
    environments.set(names, environment);
  }
  return compile(expression, environment);
}

/** JSON as CEL sees it: whole numbers are ints. */
export const celValue = celOf;
