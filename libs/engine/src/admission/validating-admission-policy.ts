import type { AdmissionRequest } from './admission-request.js';
import { ApiError, forbidden, type StatusReason } from '../api/api-error.js';
import { policyExpressions } from '../cel/policy-environment.js';
import { objectName, type ResourceKey, type StoredObject } from '../store/stored-object.js';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../types/index.js';
import { AuditAnnotations } from './audit-annotations.js';
import { isPolicyOfAdmission } from './match-rules.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';
import { BindingProblem, collectParams } from './policy-params.js';
import { versionForPolicy } from './policy-version.js';
import { judge, type PolicyDecision } from './validating-decisions.js';
import { byName } from './webhooks/validating-webhooks.js';

const POLICIES: ResourceKey = 'admissionregistration.k8s.io/validatingadmissionpolicies';
const BINDINGS: ResourceKey = 'admissionregistration.k8s.io/validatingadmissionpolicybindings';
/** Where audit events tell of what would have been refused. */
const FAILURE_ANNOTATION = 'validation.policy.admission.k8s.io/validation_failure';
const CODES: Partial<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  Invalid: 422,
  RequestEntityTooLarge: 413,
};

interface Denial {
  readonly message: string;
  readonly reason: string;
}

/** Rules that administrators write in CEL, without a webhook. Every policy has its say, then the first refusal is the answer. */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(request, context) {
    const bindings = context.store.table(BINDINGS).objects;
    // Policies could lock everybody out of changing policies.
    if (bindings.size === 0 || isPolicyOfAdmission(request.resource)) return;
    const denials: Denial[] = [];
    for (const [policyName, own] of byPolicy(bindings.values())) {
      const policy = context.store.get(POLICIES, objectName(undefined, policyName)) as
        ValidatingAdmissionPolicy | undefined;
      if (policy?.spec) denials.push(...denialsOf(policy, own, request, context));
    }
    const [first] = denials;
    if (first) throw refusal(request, first);
  },
};

function byPolicy(bindings: Iterable<StoredObject>): [string, ValidatingAdmissionPolicyBinding[]][] {
  const found = new Map<string, ValidatingAdmissionPolicyBinding[]>();
  for (const binding of [...bindings].toSorted(byName) as ValidatingAdmissionPolicyBinding[]) {
    const name = binding.spec?.policyName ?? '';
    found.set(name, [...(found.get(name) ?? []), binding]);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What one policy, as its bindings use it, has against a request. Warnings and annotations are handed on. */
function denialsOf(
  policy: ValidatingAdmissionPolicy,
  bindings: readonly ValidatingAdmissionPolicyBinding[],
  request: AdmissionRequest,
  context: AdmissionContext,
): Denial[] {
  const { spec = {}, metadata } = policy;
  const version = versionForPolicy(spec.matchConstraints, request, context);
  if (!version) return [];
  const denials: Denial[] = [];
  const annotations = new AuditAnnotations(metadata.name ?? '');
  for (const binding of bindings) {
    if (!versionForPolicy(binding.spec?.matchResources, request, context)) continue;
    const who = `ValidatingAdmissionPolicy '${metadata.name}' with binding '${binding.metadata.name}'`;
    const deny = (problem: string, reason = 'Invalid'): void => {
      denials.push({ message: `${who} denied request: ${problem}`, reason });
    };
    let params: readonly (StoredObject | null)[];
    try {
      params = collectParams(spec.paramKind, binding.spec?.paramRef, request, context);
    } catch (error) {
      if (!(error instanceof BindingProblem)) throw error;
      if (spec.failurePolicy !== 'Ignore') deny(error.message);
      continue;
    }
    for (const param of params) {
      const judged = judge(spec, policyExpressions(spec), request, context, param, version);
      for (const [index, decision] of judged.decisions.entries()) {
        if (!decision) continue;
        const actions = binding.spec?.validationActions ?? [];
        if (actions.includes('Deny')) deny(decision.problem, decision.reason);
        if (actions.includes('Warn')) request.warn?.(`Validation failed for ${who}: ${decision.problem}`);
        if (actions.includes('Audit'))
          request.audit?.(FAILURE_ANNOTATION, failureText(binding, index, decision));
      }
      for (const { key, value } of judged.annotations) annotations.add(key, value);
      for (const problem of judged.annotationProblems) deny(problem);
    }
  }
  annotations.publish(request);
  return denials;
}

function failureText(
  { metadata, spec }: ValidatingAdmissionPolicyBinding,
  expressionIndex: number,
  { problem }: PolicyDecision,
): string {
  return JSON.stringify([
    {
      message: problem,
      policy: spec?.policyName,
      binding: metadata.name,
      expressionIndex,
      validationActions: spec?.validationActions,
    },
  ]);
}

function refusal({ resource, object }: AdmissionRequest, { message, reason }: Denial): ApiError {
  const { status } = forbidden(resource, object.metadata.name ?? '', message);
  return new ApiError(CODES[reason] ?? 422, reason as StatusReason, status.message ?? message, {
    ...status.details,
    causes: [{ message }],
  });
}
