import { Budget } from './budget.js';
import type { CheckedCel } from './checked.js';
import { checkCel, type CelEnvironment } from './checker.js';
import type { SizeLookup } from './cost/call-estimate.js';
import { estimateCost } from './cost/estimate.js';
import { prepare, run } from './evaluate.js';
import type { Evaluation } from './scope.js';
import { CelError } from './values.js';
import { parseCel } from './parser.js';
import { childrenOf, type CelNode } from './syntax.js';
import type { CelStatic } from './types.js';

/** Longest expression that is read; cel-go's limit. */
const LONGEST_EXPRESSION = 100_000;
/** Programs remembered for one environment; each policy and each schema has a handful. */
const REMEMBERED = 2000;

/** An expression ready to run. It throws a CelError with the reason when it can't be evaluated. */
export interface CelProgram {
  (variables: Readonly<Record<string, unknown>>, budget?: Budget): unknown;
  readonly type: CelStatic;
  readonly tree: CelNode;
  /** What it costs at most, as far as can be told from the sizes of what it looks at. */
  worstCost(sizes: SizeLookup): bigint;
  /** True when it looks at a variable, however far inside. */
  names(variable: string): boolean;
}

/** A constant part of an expression has no value: `int('one')`. What is wrong with its type is worth telling first. */
export class CelInstantiationError extends Error {
  readonly type: CelStatic;
  constructor(problem: string, type: CelStatic) {
    super(`program instantiation failed: ${problem}`);
    this.name = 'CelInstantiationError';
    this.type = type;
  }
}

const programs = new WeakMap<CelEnvironment, Map<string, CelProgram>>();

/** Compiles an expression about what an environment has. Throws an Error whose message says all that is wrong with it. */
export function compileCel(expression: string, environment: CelEnvironment): CelProgram {
  let known = programs.get(environment);
  if (!known || known.size >= REMEMBERED) {
    known = new Map();
    programs.set(environment, known);
  }
  const program = known.get(expression) ?? compiled(expression, environment);
  known.set(expression, program);
  return program;
}

function compiled(expression: string, environment: CelEnvironment): CelProgram {
  if (expression.length > LONGEST_EXPRESSION)
    throw new Error(
      `ERROR: <input>:-1:0: expression code point size exceeds limit: size: ${expression.length}, limit ${LONGEST_EXPRESSION}`,
    );
  const checked: CheckedCel = checkCel(parseCel(expression), expression, environment);
  let evaluation: Evaluation;
  try {
    evaluation = prepare(checked);
  } catch (error) {
    if (error instanceof CelError) throw new CelInstantiationError(error.message, checked.type);
    throw error;
  }
  return Object.assign(
    (variables: Readonly<Record<string, unknown>>, budget = new Budget()): unknown =>
      run(evaluation, variables, budget),
    {
      type: checked.type,
      tree: checked.root,
      worstCost: (sizes: SizeLookup) => estimateCost(checked, sizes).max,
      names: (variable: string) => isNamedIn(checked.root, variable),
    },
  );
}

function isNamedIn(node: CelNode, variable: string): boolean {
  if (node.kind === 'ident') return node.name === variable;
  return childrenOf(node).some((child) => isNamedIn(child, variable));
}

/** Why an expression can't be read or evaluated, in the words of cel-go. */
export function celProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
