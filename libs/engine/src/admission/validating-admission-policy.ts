import type { AdmissionRequest } from '../api/operations.js';
import { ApiError, forbidden, type StatusReason } from '../api/api-error.js';
import { celProblem, compileCel } from '../crds/cel.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../types/index.js';
import { admissionVariables, conditionsMatch } from './cel-variables.js';
import { isPolicyOfAdmission } from './match-rules.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';
import { BindingProblem, collectParams } from './policy-params.js';
import { versionForPolicy } from './policy-version.js';

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
      const version = versionForPolicy(policy.spec.matchConstraints, request, context);
      if (!version || !versionForPolicy(binding.spec?.matchResources, request, context)) continue;
      let params: readonly (StoredObject | null)[];
      try {
        params = collectParams(policy.spec.paramKind, binding.spec?.paramRef, request, context);
      } catch (error) {
        if (!(error instanceof BindingProblem)) throw error;
        if (policy.spec.failurePolicy !== 'Ignore') deny(policy, binding, request, error.message, 'Invalid');
        continue;
      }
      for (const param of params) check(policy, binding, request, context, param, version);
    }
  },
};

function check(
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
  context: AdmissionContext,
  params: StoredObject | null,
  version: ResourceInfo,
): void {
  const { validations = [], matchConditions = [], failurePolicy } = policy.spec ?? {};
  const variables = admissionVariables(request, context, params, policy.spec?.variables ?? [], version);
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
