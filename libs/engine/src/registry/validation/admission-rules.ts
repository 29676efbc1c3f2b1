import type { FieldError } from '../../api/api-error.js';
import {
  PolicyExpressionError,
  type PolicyExpression,
  type PolicyExpressions,
} from '../../cel/policy-environment.js';
import type { MatchCondition, NamedRuleWithOperations, RuleWithOperations } from '../../types/index.js';
import { duplicate, invalidEach, invalidValue, notSupported, required, tooMany } from '../field-errors.js';
import { pathSegmentProblems, qualifiedNameProblems } from '../names.js';

/** Conditions one webhook or policy may have (apis/admissionregistration/validation). */
const MOST_CONDITIONS = 64;
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** What is wrong with an expression: that it is missing, is no CEL, names what does not exist, or gives what is not wanted. */
export function validateExpression(
  expression: string | undefined,
  field: string,
  expressions: PolicyExpressions,
  kind: PolicyExpression,
  missing = '',
): FieldError[] {
  if (!expression || expression.trim() === '') return [required(field, missing)];
  try {
    expressions.compile(expression, kind);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyExpressionError)) throw error;
    return [invalidValue(field, expression, error.message)];
  }
}

/** The conditions under which a webhook or policy is asked. */
export function validateConditions(
  conditions: readonly MatchCondition[] = [],
  field: string,
  expressions: PolicyExpressions,
): FieldError[] {
  const errors: FieldError[] = [];
  if (conditions.length > MOST_CONDITIONS) errors.push(tooMany(field, conditions.length, MOST_CONDITIONS));
  const seen = new Set<string>();
  for (const [index, { name, expression }] of conditions.entries()) {
    const at = `${field}[${index}]`;
    errors.push(...validateExpression(expression?.trim(), `${at}.expression`, expressions, 'condition'));
    if (!name) {
      errors.push(required(`${at}.name`));
      continue;
    }
    for (const problem of qualifiedNameProblems(name)) errors.push(invalidValue(`${at}.name`, name, problem));
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
  }
  return errors;
}

/** What requests a webhook or policy is about. */
export function validateRules(
  rules: readonly (RuleWithOperations | NamedRuleWithOperations)[] = [],
  field: string,
): FieldError[] {
  return rules.flatMap((rule, index) => [
    ...validateResourceNames(
      'resourceNames' in rule ? (rule.resourceNames ?? []) : [],
      `${field}[${index}].resourceNames`,
    ),
    ...validateRule(rule, `${field}[${index}]`),
  ]);
}

function validateResourceNames(names: readonly string[], field: string): FieldError[] {
  return names.flatMap((name, index) => [
    ...invalidEach(`${field}[${index}]`, name, pathSegmentProblems(name)),
    ...(names.indexOf(name) < index ? [duplicate(`${field}[${index}]`, name)] : []),
  ]);
}

function validateRule(
  { operations = [], apiGroups = [], apiVersions = [], resources = [], scope }: RuleWithOperations,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const alone = (list: readonly string[], name: string, others: string): void => {
    if (list.length === 0) errors.push(required(`${field}.${name}`));
    if (list.length > 1 && list.includes('*'))
      errors.push(
        invalidValue(`${field}.${name}`, list, `if '*' is present, must not specify other ${others}`),
      );
  };
  alone(operations, 'operations', 'operations');
  for (const [index, operation] of operations.entries())
    if (!OPERATIONS.includes(operation))
      errors.push(notSupported(`${field}.operations[${index}]`, operation, OPERATIONS));
  alone(apiGroups, 'apiGroups', 'API groups');
  alone(apiVersions, 'apiVersions', 'API versions');
  for (const [index, version] of apiVersions.entries())
    if (version === '') errors.push(required(`${field}.apiVersions[${index}]`));
  errors.push(...validateResources(resources, `${field}.resources`));
  if (scope !== undefined && !SCOPES.includes(scope))
    errors.push(notSupported(`${field}.scope`, scope, SCOPES));
  return errors;
}

function validateResources(resources: readonly string[], field: string): FieldError[] {
  if (resources.length === 0) return [required(field)];
  const errors: FieldError[] = [];
  const wholes = new Set<string>();
  const parts = new Set<string>();
  for (const [index, pattern] of resources.entries()) {
    const at = `${field}[${index}]`;
    if (pattern === '') {
      errors.push(required(at));
      continue;
    }
    const [resource = '', part] = pattern.split('/');
    if (part === undefined) continue;
    if (wholes.has(resource))
      errors.push(invalidValue(at, pattern, `if '${resource}/*' is present, must not specify ${pattern}`));
    if (parts.has(part))
      errors.push(invalidValue(at, pattern, `if '*/${part}' is present, must not specify ${pattern}`));
    if (part === '*') wholes.add(resource);
    if (resource === '*') parts.add(part);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && resources.some((one) => one !== '*' && !one.includes('/')))
    errors.push(
      invalidValue(
        field,
        resources,
        "if '*' is present, must not specify other resources without subresources",
      ),
    );
  return errors;
}
