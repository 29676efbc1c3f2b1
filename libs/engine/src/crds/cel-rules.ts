import type { JsonValue } from '@lotse/manifests';
import type { FieldError } from '../api/api-error.js';
import { invalidValue } from '../registry/field-errors.js';
import type { JSONSchemaProps, ValidationRule } from '../types/index.js';
import { Budget, CelCostExceeded, RUNTIME_BUDGET } from '../cel/budget.js';
import { CelOptional, NONE } from '../cel/values.js';
import { celProblem, compileCel } from './cel.js';
import { celTyped } from './cel-typed.js';

const REASONS = [
  'FieldValueRequired',
  'FieldValueInvalid',
  'FieldValueForbidden',
  'FieldValueDuplicate',
] as const;

/** What the rules of one object have cost so far. */
export class RuleBudget {
  #left = RUNTIME_BUDGET;

  get isSpent(): boolean {
    return this.#left < 0;
  }

  pay(cost: number): void {
    this.#left -= cost;
  }

  /** Nothing more is looked at. */
  end(): void {
    this.#left = -1;
  }
}

/** What the `x-kubernetes-validations` of one schema say about one value. Rules about `oldSelf` need an old value. */
export function ruleErrors(
  value: JsonValue,
  schema: JSONSchemaProps,
  path: string,
  old: JsonValue | undefined,
  budget = new RuleBudget(),
): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0 || budget.isSpent) return [];
  const self = celTyped(value, schema);
  const before = old === undefined ? undefined : celTyped(old, schema);
  const plain = { self, ...(old !== undefined && { oldSelf: before }) };
  const errors: FieldError[] = [];
  for (const rule of rules) {
    if (budget.isSpent) break;
    const optional = before === undefined ? NONE : new CelOptional(before);
    const variables = rule.optionalOldSelf ? { self, oldSelf: optional } : plain;
    const error = ruleError(rule, variables, schema, path, budget);
    if (error) errors.push(error);
  }
  return errors;
}

function ruleError(
  rule: ValidationRule,
  variables: Readonly<Record<string, unknown>>,
  schema: JSONSchemaProps,
  path: string,
  budget: RuleBudget,
): FieldError | undefined {
  if (!('oldSelf' in variables) && /\boldSelf\b/.test(rule.rule)) return undefined;
  const place = `${path}${rule.fieldPath ?? ''}`.replace(/^\./, '') || '<nil>';
  const type = schema.type ?? 'object';
  const own = new Budget();
  try {
    const holds = compileCel(rule.rule)(variables, own) === true;
    budget.pay(own.spent);
    if (budget.isSpent)
      return invalidValue(
        path || '<nil>',
        type,
        'validation failed due to running out of cost budget, no further validation rules will be run',
      );
    if (holds) return undefined;
  } catch (error) {
    if (error instanceof CelCostExceeded) budget.end();
    else budget.pay(own.spent);
    return invalidValue(path || '<nil>', type, failureOf(error, rule));
  }
  const reason = REASONS.find((one) => one === rule.reason) ?? 'FieldValueInvalid';
  const found = invalidValue(place, type, messageOf(rule, variables));
  return { ...found, reason };
}

/** Why a rule could not be evaluated (apiextensions schema/cel/validation.go). */
function failureOf(error: unknown, rule: ValidationRule): string {
  const problem = celProblem(error);
  const named = rule.message?.trim() || rule.rule.trim();
  if (error instanceof CelCostExceeded)
    return `'${problem}': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`;
  if (problem.startsWith('no such overload'))
    return `'${problem}': call arguments did not match a supported operator, function or macro signature for rule: ${named}`;
  return `${problem} evaluating rule: ${named}`;
}

function messageOf(rule: ValidationRule, variables: Readonly<Record<string, unknown>>): string {
  if (rule.messageExpression) {
    try {
      const text = compileCel(rule.messageExpression)(variables);
      if (typeof text === 'string' && text !== '') return text;
    } catch {
      // A message that can't be made gives way to the plain one.
    }
  }
  return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
}
