import { Budget } from '../cel/budget.js';
import { checkDeclarations } from '../cel/declarations.js';
import { prepare, run } from '../cel/evaluate.js';
import { parseCel } from '../cel/parser.js';
import type { CelNode } from '../cel/syntax.js';
import { celOf } from '../cel/json.js';

/** Longest expression that is read; the longest public ones have about two thousand characters. */
const LONGEST_EXPRESSION = 100_000;
/** Programs remembered; each policy and each schema has a handful. */
const REMEMBERED = 2000;

/** An expression ready to run. It throws an Error with the reason when it can't be evaluated. */
export interface CelProgram {
  (variables: Readonly<Record<string, unknown>>, budget?: Budget): unknown;
  readonly tree: CelNode;
}

const programs = new Map<string, CelProgram>();

/**
 * Compiles a CEL expression. Throws an Error whose message says what is wrong with it: names that mean nothing among them
 * when `variables` says which ones there are.
 */
export function compileCel(expression: string, variables?: ReadonlySet<string>): CelProgram {
  const known = programs.get(expression);
  const program = known ?? compiled(expression);
  if (!known || variables) checkDeclarations(program.tree, expression, variables);
  if (!known) {
    if (programs.size >= REMEMBERED) programs.clear();
    programs.set(expression, program);
  }
  return program;
}

function compiled(expression: string): CelProgram {
  if (expression.length > LONGEST_EXPRESSION)
    throw new Error(`the expression is longer than ${LONGEST_EXPRESSION} characters`);
  const tree = parseCel(expression);
  const evaluation = prepare(tree);
  return Object.assign(
    (variables: Readonly<Record<string, unknown>>, budget = new Budget()): unknown =>
      run(evaluation, variables, budget),
    { tree },
  );
}

/** JSON as CEL sees it: whole numbers are ints. */
export const celValue = celOf;

/** Why an expression can't be read or evaluated, in the words of cel-go. */
export function celProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
