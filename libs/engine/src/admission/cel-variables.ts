import type { AdmissionRequest } from '../api/operations.js';
import { present } from '../api/present.js';
import { mastersOnly } from '../auth/authorizer.js';
import { CelAuthorizer } from '../cel/libraries/authorizer.js';
import { celProblem, celValue, compileCel } from '../crds/cel.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { MatchCondition, Variable } from '../types/index.js';
import type { AdmissionContext } from './plugin.js';
import { partOf } from './request-part.js';
import { userInfoOf } from './user-info-of.js';

/** What the expressions of a policy or webhook may name. Variables are computed when they are first asked for. */
export function admissionVariables(
  request: AdmissionRequest,
  { store, access }: AdmissionContext,
  params: StoredObject | null,
  definitions: readonly Variable[],
  version: ResourceInfo = request.requested ?? request.resource,
): Record<string, unknown> {
  const { object, old, operation, resource, requested = resource, requester, subresource, dryRun } = request;
  const part = partOf(request);
  const { namespace = '', name = '' } = object.metadata;
  const kindOf = (one: ResourceInfo) =>
    part?.kind ?? { group: one.group, version: one.version, kind: one.kind };
  const shown = (one: StoredObject) => celValue(part ? part.shown(one, version) : present(one, version));
  const pluralOf = (one: ResourceInfo) => ({
    group: one.group,
    version: one.version,
    resource: one.resource,
  });
  const variables: Record<string, unknown> = {
    object: operation === 'DELETE' ? null : shown(object),
    oldObject: old && subresource !== 'binding' ? shown(old) : null,
    params: params && celValue(params),
    namespaceObject: resource.namespaced ? celValue(store.get('/namespaces', `/${namespace}`) ?? null) : null,
    authorizer: new CelAuthorizer(
      access?.authorizer ?? mastersOnly,
      { ...requester, groups: requester.groups ?? [] },
      {
        group: resource.group,
        resource: resource.resource,
        subresource: subresource ?? '',
        namespace: resource.namespaced ? namespace : '',
        name,
      },
    ),
    request: celValue({
      kind: kindOf(version),
      requestKind: kindOf(requested),
      resource: pluralOf(version),
      requestResource: pluralOf(requested),
      subResource: subresource ?? '',
      requestSubResource: subresource ?? '',
      name,
      namespace: resource.namespaced ? namespace : '',
      operation,
      dryRun,
      userInfo: { uid: '', groups: [], extra: {}, ...userInfoOf(requester) },
    }),
  };
  const computed: Record<string, unknown> = {};
  for (const { name: variable, expression } of definitions) {
    let value: unknown;
    let isKnown = false;
    Object.defineProperty(computed, variable, {
      enumerable: true,
      get() {
        if (!isKnown) value = compileCel(expression)(variables);
        isKnown = true;
        return value;
      },
    });
  }
  variables['variables'] = computed;
  return variables;
}

/**
 * Whether every condition holds. One that does not hold decides, even beside others that can't be evaluated; else `problem`
 * says why those could not (webhook/matchconditions).
 */
export function conditionsMatch(
  conditions: readonly MatchCondition[],
  variables: Readonly<Record<string, unknown>>,
): boolean | { readonly problem: string } {
  const problems: string[] = [];
  for (const { expression } of conditions) {
    try {
      if (compileCel(expression)(variables) !== true) return false;
    } catch (error) {
      problems.push(`expression '${expression}' resulted in error: ${celProblem(error)}`);
    }
  }
  if (problems.length === 0) return true;
  const [only = ''] = problems;
  return { problem: problems.length === 1 ? only : `[${problems.join(', ')}]` };
}
