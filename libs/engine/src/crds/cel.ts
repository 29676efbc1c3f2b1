import { Environment, Optional } from '@marcbachmann/cel-js';
import { addKubernetesFunctions } from './cel-functions.js';
import { rewriteCel } from './cel-rewrite.js';

/** Longest expression that is read; the longest public ones have about two thousand characters. */
const LONGEST_EXPRESSION = 10_000;
/** Programs remembered; each policy and each schema has a handful. */
const REMEMBERED = 2000;

/**
 * Rounds that the loops of one expression may make together. Kubernetes has a budget of about as much work for one rule;
 * nested loops over a long list would run for hours.
 */
const MOST_ROUNDS = 2_000_000;

/** An expression ready to run. It throws an Error with the reason when it can't be evaluated. */
export type CelProgram = (variables: Readonly<Record<string, unknown>>) => unknown;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 5000, maxDepth: 100 },
});
addKubernetesFunctions(environment);

const programs = new Map<string, CelProgram>();

/** Compiles a CEL expression. Throws an Error whose message says what is wrong with it. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known) return known;
  if (expression.length > LONGEST_EXPRESSION)
    throw new Error(`the expression is longer than ${LONGEST_EXPRESSION} characters`);
  const { source, loops } = rewriteCel(expression);
  const run = environment.parse(source) as CelProgram;
  const program: CelProgram = (variables) => {
    if (loops > 0 && longestCollection(variables) ** loops > MOST_ROUNDS)
      throw new Error('call cost exceeds limit');
    return run(variables);
  };
  if (programs.size >= REMEMBERED) programs.clear();
  programs.set(expression, program);
  return program;
}

function longestCollection(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let longest = items.length;
  for (const item of items) longest = Math.max(longest, longestCollection(item));
  return longest;
}

/** JSON as CEL sees it: whole numbers are ints. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value)) if (one !== undefined) map[key] = celValue(one);
  return map;
}

/** A value that may be missing, as CEL's optional. */
export function celOptional(value: unknown): unknown {
  return value === undefined ? Optional.none() : Optional.of(celValue(value));
}

/** The first line of an error: CEL's own errors draw the expression below it. */
export function celProblem(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
