import { applyJsonPatch, asJsonPatch, type JsonObject, type JsonValue } from '@lotse/manifests';
import { ApiError, forbidden } from '../api/api-error.js';
import { conversionOf } from '../api/conversion/conversions.js';
import { decodeGiven } from '../api/decode-given.js';
import type { AdmissionRequest } from './admission-request.js';
import { jsonOf } from '../cel/json.js';
import { CelMessage } from '../cel/values.js';
import { policyExpressions } from '../cel/policy-environment.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutation } from '../types/index.js';
import { applyConfiguration } from './apply-configuration.js';
import { admissionVariables } from './cel-variables.js';
import { conditionsMatch, PolicyRun } from './policy-run.js';
import { isPolicyOfAdmission } from './match-rules.js';
import type { AdmissionContext, AdmissionPlugin, Invocation } from './plugin.js';
import { BindingProblem, collectParams } from './policy-params.js';
import { partOf } from './request-part.js';
import { versionForPolicy } from './policy-version.js';
import { byName } from './webhooks/validating-webhooks.js';
import { shownToMutating, withIdentityOf } from './webhooks/webhook-review.js';

const POLICIES: ResourceKey = 'admissionregistration.k8s.io/mutatingadmissionpolicies';
const BINDINGS: ResourceKey = 'admissionregistration.k8s.io/mutatingadmissionpolicybindings';

/** One policy, as one of its bindings uses it, with one of its parameters. */
interface Use {
  readonly policy: MutatingAdmissionPolicy;
  readonly binding: MutatingAdmissionPolicyBinding;
}

/**
 * Changes that administrators write in CEL. Policies run in the order of their names, each on what those before it made; when
 * something changed later, those with `reinvocationPolicy: IfNeeded` run once more.
 */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: 'MutatingAdmissionPolicy',
  admit(request, context) {
    const { store, invocation } = context;
    const bindings = store.table(BINDINGS).objects;
    if (bindings.size === 0 || !invocation || isPolicyOfAdmission(request.resource)) return request.object;
    const { policies } = invocation;
    if (invocation.isAgain && !jsonEqual(policies.lastOutput, request.object)) repeatEarlier(policies);
    let { object } = request;
    const problems: string[] = [];
    for (const use of usesOf(context)) {
      const { failurePolicy } = use.policy.spec ?? {};
      const fail = (problem: string): void => {
        if (failurePolicy !== 'Ignore')
          problems.push(
            `policy '${use.policy.metadata.name}' with binding '${use.binding.metadata.name}' denied request: ${problem}`,
          );
      };
      object = applied(use, { ...request, object }, context, invocation, fail);
    }
    policies.lastOutput = object;
    if (problems.length > 0) throw denied(request, problems);
    return object;
  },
};

function usesOf({ store }: AdmissionContext): Use[] {
  const bindings = [...store.table(BINDINGS).objects.values()].toSorted(byName);
  return [...store.table(POLICIES).objects.values()]
    .toSorted(byName)
    .flatMap((policy) =>
      (bindings as MutatingAdmissionPolicyBinding[])
        .filter(({ spec }) => spec?.policyName === policy.metadata.name)
        .map((binding) => ({ policy: policy as MutatingAdmissionPolicy, binding })),
    );
}

function applied(
  { policy, binding }: Use,
  request: AdmissionRequest,
  context: AdmissionContext,
  invocation: Invocation,
  fail: (problem: string) => void,
): StoredObject {
  const { spec } = policy;
  let { object } = request;
  if (!spec || request.operation === 'DELETE') return object;
  const version = versionForPolicy(spec.matchConstraints, request, context);
  if (!version || !versionForPolicy(binding.spec?.matchResources, request, context)) return object;
  let params: readonly (StoredObject | null)[];
  try {
    params = collectParams(spec.paramKind, binding.spec?.paramRef, request, context);
  } catch (error) {
    if (!(error instanceof BindingProblem)) throw error;
    fail(error.message);
    return object;
  }
  for (const param of params) {
    const parameter = param && `${param.metadata.namespace ?? ''}/${param.metadata.name ?? ''}`;
    const id = [policy.metadata.name, binding.metadata.name, parameter].join('\n');
    const seen = { ...request, object };
    const matched = conditionsMatch(
      spec.matchConditions ?? [],
      policyExpressions(spec),
      admissionVariables(seen, context, param, version),
    );
    if (typeof matched !== 'boolean') fail(matched.problem);
    if (matched !== true || (invocation.isAgain && !invocation.policies.repeated.has(id))) continue;
    const after = mutated(policy, seen, context, param, version, fail);
    if (!jsonEqual(after, object)) {
      repeatEarlier(invocation.policies);
      invocation.isChanged = true;
    }
    if (spec.reinvocationPolicy === 'IfNeeded') invocation.policies.earlier.add(id);
    object = after;
  }
  return object;
}

function mutated(
  { spec }: MutatingAdmissionPolicy,
  request: AdmissionRequest,
  context: AdmissionContext,
  param: StoredObject | null,
  version: ResourceInfo,
  fail: (problem: string) => void,
): StoredObject {
  let { object } = request;
  for (const mutation of spec?.mutations ?? []) {
    const seen = { ...request, object };
    const part = partOf(seen);
    const shown = shownToMutating(seen, version) as unknown as StoredObject;
    // A part is made from the object anew wherever it is shown.
    const told = part ? seen : { ...seen, object: shown };
    const variables = admissionVariables(told, context, param, version);
    try {
      const run = new PolicyRun(policyExpressions(spec), variables);
      const changed = patchedBy(mutation, shown, run, part?.kind ?? version);
      if (changed === shown) continue;
      if (part) {
        object = part.changed?.(object, changed as unknown as JsonObject, version) ?? object;
        continue;
      }
      const decoded = decodeGiven(version, changed);
      const stored = conversionOf(version)?.toStorage(decoded) ?? {
        ...decoded,
        apiVersion: object.apiVersion,
        kind: object.kind,
      };
      const whole = withIdentityOf(stored, seen);
      object = request.resource.strategy.defaults?.(whole) ?? whole;
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }
  return object;
}

function patchedBy(
  { patchType, applyConfiguration: configuration, jsonPatch }: Mutation,
  object: StoredObject,
  run: PolicyRun,
  kind: Parameters<typeof applyConfiguration>[2],
): StoredObject {
  const { expression = '' } = (patchType === 'JSONPatch' ? jsonPatch : configuration) ?? {};
  const made = run.value(expression.trim(), patchType === 'JSONPatch' ? 'patch' : 'apply');
  if (patchType !== 'JSONPatch') return applyConfiguration(object, made, kind);
  const operations = operationsOf(made);
  if (operations.length === 0) return object;
  let target = object as unknown as JsonValue;
  for (const operation of operations) {
    try {
      target = applyJsonPatch(target, asJsonPatch([operation]));
    } catch (error) {
      // A test that does not hold is no error: the policy then has nothing to change.
      if (operation['op'] === 'test') return object;
      throw new Error(`JSON Patch: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return target as unknown as StoredObject;
}

function operationsOf(made: unknown): JsonObject[] {
  if (!Array.isArray(made))
    throw new Error('type mismatch: JSONPatchType.expression should evaluate to array');
  return made.map((one: unknown) => {
    if (!(one instanceof CelMessage) || one.typeName !== 'JSONPatch')
      throw new Error('type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch');
    return jsonOf(one) as JsonObject;
  });
}

function repeatEarlier({ earlier, repeated }: Pick<Invocation, 'earlier' | 'repeated'>): void {
  for (const id of earlier) repeated.add(id);
  earlier.clear();
}

function denied({ resource, object }: AdmissionRequest, problems: readonly string[]): ApiError {
  const [message = ''] = problems;
  const { status } = forbidden(resource, object.metadata.name ?? '', message);
  return new ApiError(403, 'Invalid', message, {
    ...status.details,
    causes: problems.map((problem) => ({ message: problem })),
  });
}
