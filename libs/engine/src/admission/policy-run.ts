import { Budget, RUNTIME_BUDGET } from '../cel/budget.js';
import { celProblem } from '../cel/compile.js';
import {
  PolicyExpressionError,
  type PolicyExpression,
  type PolicyExpressions,
} from '../cel/policy-environment.js';
import { CelError } from '../cel/values.js';
import type { MatchCondition } from '../types/index.js';

/** What the conditions of one policy or webhook may cost together (apiserver apis/cel/config.go). */
const CONDITION_BUDGET = RUNTIME_BUDGET / 4;

/** Thrown when the expressions of a policy have cost more about one request than they may together. */
export class PolicyBudgetSpent extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
    this.name = 'PolicyBudgetSpent';
  }
}

/**
 * The expressions of a policy about one request. Its variables are computed when they are first asked for, and once; what they
 * cost counts as well.
 */
export class PolicyRun {
  readonly #expressions: PolicyExpressions;
  readonly #variables: Readonly<Record<string, unknown>>;
  #left: number;

  constructor(
    expressions: PolicyExpressions,
    variables: Readonly<Record<string, unknown>>,
    budget = RUNTIME_BUDGET,
  ) {
    this.#expressions = expressions;
    this.#left = budget;
    this.#variables = { ...variables, variables: this.#lazily(variables) };
  }

  /** What is left for others to spend. */
  get left(): number {
    return this.#left;
  }

  /** Throws an Error that says which expression failed and why, or a PolicyBudgetSpent. */
  value(expression: string, kind: PolicyExpression): unknown {
    const budget = new Budget();
    try {
      const program = this.#compiled(expression, kind);
      const value = program(this.#variables, budget);
      this.#pay(budget.spent);
      return value;
    } catch (error) {
      if (error instanceof PolicyBudgetSpent || error instanceof CompilationProblem) throw error;
      this.#pay(budget.spent);
      throw new Error(`expression '${expression}' resulted in error: ${celProblem(error)}`, { cause: error });
    }
  }

  #compiled(expression: string, kind: PolicyExpression): ReturnType<PolicyExpressions['compile']> {
    try {
      return this.#expressions.compile(expression, kind);
    } catch (error) {
      throw new CompilationProblem(`compilation error: ${celProblem(error)}`);
    }
  }

  #pay(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new PolicyBudgetSpent();
  }

  #lazily(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const computed = Object.create(null) as Record<string, unknown>;
    const seen = { ...variables, variables: computed };
    for (const { name = '' } of this.#expressions.variables) {
      let known: { readonly value: unknown } | undefined;
      Object.defineProperty(computed, name, {
        enumerable: true,
        get: () => (known ??= { value: this.#variable(name, seen) }).value,
      });
    }
    return computed;
  }

  #variable(name: string, seen: Readonly<Record<string, unknown>>): unknown {
    const budget = new Budget();
    try {
      const program = this.#expressions.compileVariable(name);
      const value = program(seen, budget);
      this.#pay(budget.spent);
      return value;
    } catch (error) {
      if (error instanceof PolicyBudgetSpent) throw error;
      if (error instanceof PolicyExpressionError)
        return new CelError(`composited variable "${name}" fails to compile: ${error.message}`);
      this.#pay(budget.spent);
      return new CelError(`composited variable "${name}" fails to evaluate: ${celProblem(error)}`);
    }
  }
}

class CompilationProblem extends Error {}

/**
 * Whether every condition holds. One that does not hold decides, even beside others that can't be evaluated; else `problem`
 * says why those could not (webhook/matchconditions).
 */
export function conditionsMatch(
  conditions: readonly MatchCondition[],
  expressions: PolicyExpressions,
  variables: Readonly<Record<string, unknown>>,
): boolean | { readonly problem: string } {
  if (conditions.length === 0) return true;
  const run = new PolicyRun(expressions, { ...variables, namespaceObject: null }, CONDITION_BUDGET);
  const problems: string[] = [];
  let isRefused = false;
  for (const { expression } of conditions) {
    try {
      if (run.value(expression, 'condition') !== true) isRefused = true;
    } catch (error) {
      if (error instanceof PolicyBudgetSpent) return { problem: error.message };
      problems.push(celProblem(error));
    }
  }
  if (isRefused) return false;
  if (problems.length === 0) return true;
  const [only = ''] = problems;
  return { problem: problems.length === 1 ? only : `[${problems.join(', ')}]` };
}
