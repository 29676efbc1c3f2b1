import { PolicyExpressionError, PolicyExpressions } from '../../cel/policy-environment.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { Registry } from '../../registry/registry.js';
import type { ExpressionWarning, ValidatingAdmissionPolicy } from '../../types/index.js';
import { celTypeOfKind } from './kind-type.js';

/** Kinds one rule of a policy is checked against at most (validating/typechecking.go). */
const MOST_KINDS = 10;

/**
 * What is doubtful about the expressions of a policy, checked against the types of what it is about. Nothing of that stops the
 * policy: when it runs, types are what they turn out to be.
 */
export function typeWarnings({ spec }: ValidatingAdmissionPolicy, registry: Registry): ExpressionWarning[] {
  if (!spec) return [];
  const { paramKind, validations = [] } = spec;
  const params = paramKind && registry.findKind(paramKind.apiVersion ?? '', paramKind.kind ?? '');
  const checks = kindsOf(spec, registry).map((kind) => ({
    kind,
    expressions: new PolicyExpressions(spec, {
      object: celTypeOfKind(kind),
      ...(params && { params: celTypeOfKind(params) }),
    }),
  }));
  const warningsAbout = (expression: string, fieldRef: string): ExpressionWarning[] => {
    const found = checks.flatMap(({ kind, expressions }) => {
      const problem = problemOf(expressions, expression);
      return problem === undefined ? [] : [`${nameOf(kind)}: ${problem}\n`];
    });
    return found.length === 0 ? [] : [{ fieldRef, warning: found.join('\n') }];
  };
  return validations.flatMap(({ expression, messageExpression }, index) => {
    const at = `spec.validations[${index}]`;
    return [
      ...warningsAbout(expression, `${at}.expression`),
      ...(messageExpression ? warningsAbout(messageExpression, `${at}.messageExpression`) : []),
    ];
  });
}

function problemOf(expressions: PolicyExpressions, expression: string): string | undefined {
  try {
    expressions.compileAny(expression);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyExpressionError) return error.message;
    throw error;
  }
}

const nameOf = ({ group, version, kind }: ResourceInfo): string => `${group}/${version}, Kind=${kind}`;

/** The kinds the rules of a policy name; rules for everything name none. */
function kindsOf(
  { matchConstraints }: NonNullable<ValidatingAdmissionPolicy['spec']>,
  registry: Registry,
): ResourceInfo[] {
  const found = new Map<string, ResourceInfo>();
  for (const rule of matchConstraints?.resourceRules ?? []) {
    const { apiGroups = [], apiVersions = [], resources = [] } = rule;
    if ([...apiGroups, ...apiVersions].some((one) => one.includes('*'))) continue;
    const plain = resources.filter((one) => !/[*/]/.test(one));
    let count = 0;
    for (const group of apiGroups.toSorted())
      for (const version of apiVersions.toSorted())
        for (const resource of plain.toSorted()) {
          const kind = registry.findServed(group, version, resource);
          if (!kind || count >= MOST_KINDS) continue;
          count += 1;
          found.set(nameOf(kind), kind);
        }
  }
  return [...found.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
