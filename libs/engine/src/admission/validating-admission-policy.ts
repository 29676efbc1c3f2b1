import type { AdmissionRequest } from '../api/operations.js';
import { ApiError, forbidden, type StatusReason } from '../api/api-error.js';
import { celProblem, compileCel } from '../crds/cel.js';
import { objectName, type ResourceKey, type StoredObject } from '../store/stored-object.js';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../types/index.js';
import { admissionVariables, conditionsMatch } from './cel-variables.js';
import { isPolicyOfAdmission, resourcesMatch } from './match-rules.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';

const POLICIES: ResourceKey = 'admissionregistration.k8s.io/validatingadmissionpolicies';
const BINDINGS: ResourceKey = 'admissionregistration.k8s.io/validatingadmissionpolicybindings';
const CODES: Partial<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  Invalid: 422,
  RequestEntityTooLarge: 413,
};

/** Rules that administrators write in CEL, without a webhook. */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(request, context) {
    const bindings = context.store.table(BINDINGS).objects;
    // Policies could lock everybody out of changing policies.
    if (bindings.size === 0 || isPolicyOfAdmission(request.resource)) return;
    for (const found of bindings.values()) {
      const binding = found as ValidatingAdmissionPolicyBinding;
      const policy = context.store.get(POLICIES, `/${binding.spec?.policyName ?? ''}`) as
        ValidatingAdmissionPolicy | undefined;
      if (!policy?.spec) continue;
      if (!resourcesMatch(policy.spec.matchConstraints, request, context.store)) continue;
      if (!resourcesMatch(binding.spec?.matchResources, request, context.store)) continue;
      for (const params of paramsOf(policy, binding, request, context))
        check(policy, binding, request, context, params);
    }
  },
};

function check(
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
  context: AdmissionContext,
  params: StoredObject | null,
): void {
  const { validations = [], matchConditions = [], failurePolicy } = policy.spec ?? {};
  const variables = admissionVariables(request, context, params, policy.spec?.variables ?? []);
  const evaluate = (expression: string): unknown => compileCel(expression)(variables);
  const matched = conditionsMatch(matchConditions, variables);
  if (matched === false) return;
  if (matched !== true) {
    if (failurePolicy !== 'Ignore') deny(policy, binding, request, matched.problem, 'Invalid');
    return;
  }
  for (const { expression, message, messageExpression, reason } of validations) {
    let problem: string | undefined;
    try {
      if (evaluate(expression) === true) continue;
      problem = message ?? `failed expression: ${expression.trim()}`;
      if (messageExpression) problem = messageFrom(evaluate, messageExpression) ?? problem;
    } catch (error) {
      if (failurePolicy === 'Ignore') continue;
      problem = `expression '${expression.trim()}' resulted in error: ${celProblem(error)}`;
    }
    deny(policy, binding, request, problem, reason ?? 'Invalid');
  }
}

function messageFrom(evaluate: (expression: string) => unknown, expression: string): string | undefined {
  try {
    const text = evaluate(expression);
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  } catch {
    return undefined;
  }
}

function deny(
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  { resource, object, warn }: AdmissionRequest,
  problem: string,
  reason: string,
): void {
  const actions = binding.spec?.validationActions ?? ['Deny'];
  const names = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  if (actions.includes('Warn')) warn?.(`Validation failed for ${names}: ${problem}`);
  if (!actions.includes('Deny')) return;
  const name = object.metadata.name ?? '';
  const message = `${names} denied request: ${problem}`;
  const { status } = forbidden(resource, name, message);
  throw new ApiError(CODES[reason] ?? 422, reason as StatusReason, status.message ?? message, {
    ...status.details,
    causes: [{ message }],
  });
}

function paramsOf(
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
  { store, registry }: AdmissionContext,
): (StoredObject | null)[] {
  const { paramKind } = policy.spec ?? {};
  const { paramRef } = binding.spec ?? {};
  if (!paramKind || !paramRef) return [null];
  const resource = registry.findKind(paramKind.apiVersion ?? '', paramKind.kind ?? '');
  if (!resource) return [];
  const namespace = resource.namespaced
    ? (paramRef.namespace ?? request.object.metadata.namespace)
    : undefined;
  const found = store.get(
    `${resource.group}/${resource.resource}`,
    objectName(namespace, paramRef.name ?? ''),
  );
  if (found) return [found];
  if (paramRef.parameterNotFoundAction === 'Allow') return [];
  deny(
    policy,
    binding,
    request,
    'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    'Invalid',
  );
  return [];
}
