import type { AdmissionRequest } from './admission-request.js';
import { present } from '../api/present.js';
import { mastersOnly } from '../auth/authorizer.js';
import { CelAuthorizer } from '../cel/libraries/authorizer.js';
import { celValue } from '../crds/cel.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { AdmissionContext } from './plugin.js';
import { operationOf, partOf } from './request-part.js';
import { userInfoOf } from './user-info-of.js';

/** What the expressions of a policy or webhook may name, without the variables the policy itself defines. */
export function admissionVariables(
  request: AdmissionRequest,
  { store, access }: AdmissionContext,
  params: StoredObject | null,
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
  const authorizer = new CelAuthorizer(
    access?.authorizer ?? mastersOnly,
    { ...requester, groups: requester.groups ?? [] },
    {
      group: resource.group,
      resource: resource.resource,
      subresource: subresource ?? '',
      namespace: resource.namespaced ? namespace : '',
      name,
    },
  );
  return {
    object: operation === 'DELETE' ? null : shown(object),
    oldObject: old && subresource !== 'binding' ? shown(old) : null,
    params: params && celValue(params),
    namespaceObject: resource.namespaced ? celValue(store.get('/namespaces', `/${namespace}`) ?? null) : null,
    authorizer,
    'authorizer.requestResource': authorizer.field('requestResource'),
    request: celValue({
      kind: kindOf(version),
      requestKind: kindOf(requested),
      resource: pluralOf(version),
      requestResource: pluralOf(requested),
      subResource: subresource ?? '',
      requestSubResource: subresource ?? '',
      name,
      namespace: resource.namespaced ? namespace : '',
      operation: operationOf(request),
      dryRun,
      userInfo: { uid: '', groups: [], extra: {}, ...userInfoOf(requester) },
    }),
  };
}
