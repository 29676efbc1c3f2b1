import { isJsonObject, type JsonObject } from '@lotse/manifests';
import { ManagedFields } from '../apply/managed-fields.js';
import type { AccessQuestion, Decision } from '../auth/authorizer.js';
import { nodeOfUser } from '../auth/nodes/node-identity.js';
import { RbacAuthorizer } from '../auth/rbac-authorizer.js';
import { SERVICE_ACCOUNT_ISSUER } from '../auth/service-account-tokens.js';
import { ANONYMOUS, type UserInfo } from '../auth/user-info.js';
import type { StoredObject } from '../store/stored-object.js';
import { fieldManagerOf } from './field-manager.js';
import { formatTime } from '../time.js';
import type { ApiContext } from './api-context.js';
import { invalidValue } from '../registry/field-errors.js';
import { badRequest, invalid, type FieldError } from './api-error.js';
import type { FullResponse } from './api-request.js';
import { apiVersionOf, asObjectOf } from './check-object.js';
import { negotiate } from './negotiation.js';
import { contentTypeOf, readObjectBody } from './read-body.js';
import type { ResourceRequest } from './resource-handler.js';
import { objectResponse } from './respond.js';

/** Questions in the form of objects: they are answered and never stored. */
const REVIEWS = new Set([
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
]);

/** True for resources that are questions. */
export function isReview(group: string, resource: string): boolean {
  return REVIEWS.has(`${group}/${resource}`);
}

/** Answers a review. */
export function answerReview(context: ApiContext, call: ResourceRequest): FullResponse {
  const { info, request, resource, user } = call;
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  const target = { resource, namespace: info.namespace, name: '' };
  const expected = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const review = asObjectOf(object, target, expected);
  const spec = mapAt(review, 'spec');
  const status = statusOf(context, call, spec, user);
  const form = {
    resource,
    // A question has no metadata that a table could show.
    accepted: negotiate(request.header('accept'), false),
    parameters: request.query,
    nowMs: context.clock.now(),
  };
  const time = formatTime(context.clock.now());
  const write = { resource, manager: fieldManagerOf(request), subresource: undefined, time };
  // Who asks who it is gets the time, too; questions about rights are filed like other objects, though nobody keeps them.
  const { metadata } =
    resource.resource === 'selfsubjectreviews'
      ? { metadata: { ...review.metadata, creationTimestamp: time } }
      : resource.resource.endsWith('accessreviews') || resource.resource === 'tokenreviews'
        ? new ManagedFields().updated(undefined, review, write)
        : review;
  const answer = { ...review, metadata, status } as StoredObject;
  // What was asked about a namespace is not repeated (registry/authorization/selfsubjectrulesreview).
  const isList = resource.resource === 'selfsubjectrulesreviews';
  return objectResponse(201, isList ? ({ ...answer, spec: {} } as StoredObject) : answer, form);
}

function statusOf(
  context: ApiContext,
  { info, resource }: ResourceRequest,
  spec: JsonObject,
  user: UserInfo,
): object {
  switch (resource.resource) {
    case 'selfsubjectreviews':
      return {
        userInfo: {
          username: user.user,
          ...(user.uid !== undefined && { uid: user.uid }),
          groups: user.groups,
          ...(user.extra && { extra: user.extra }),
        },
      };
    case 'selfsubjectaccessreviews':
      refuseMistakes(attributeErrors(spec));
      return accessStatus(context.authorizer.authorize(questionOf(spec, user)));
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews': {
      const isLocal = resource.resource === 'localsubjectaccessreviews';
      refuseMistakes([
        ...attributeErrors(spec),
        ...subjectErrors(spec),
        ...(isLocal ? placeErrors(spec) : []),
      ]);
      if (isLocal && textAt(mapAt(spec, 'resourceAttributes'), 'namespace') !== info.namespace)
        throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${info.namespace}`);
      return accessStatus(context.authorizer.authorize(questionOf(spec, subjectOf(spec))));
    }
    case 'selfsubjectrulesreviews':
      return rulesStatus(context, spec, user);
    default:
      return tokenStatus(context, spec);
  }
}

function accessStatus({ allowed, reason }: Decision): object {
  return { allowed, ...(reason !== '' && { reason }) };
}

function refuseMistakes(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', resource: '', kind: '' }, '', errors);
}

/** A question is about a resource or about a path (apis/authorization/validation). */
function attributeErrors(spec: JsonObject): FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: plain } = spec;
  if (isJsonObject(resource) === isJsonObject(plain))
    return isJsonObject(resource)
      ? [
          invalidValue(
            'spec.nonResourceAttributes',
            plain,
            'cannot be specified in combination with resourceAttributes',
          ),
        ]
      : [
          invalidValue(
            'spec.resourceAttributes',
            null,
            'exactly one of nonResourceAttributes or resourceAttributes must be specified',
          ),
        ];
  return isJsonObject(resource)
    ? ['fieldSelector', 'labelSelector'].flatMap((key) => selectorErrors(resource, key))
    : [];
}

function selectorErrors(resource: JsonObject, key: string): FieldError[] {
  const { rawSelector, requirements } = mapAt(resource, key);
  const isBoth = Boolean(rawSelector) && Array.isArray(requirements) && requirements.length > 0;
  return isBoth
    ? [
        invalidValue(
          `spec.resourceAttributes.${key}.rawSelector`,
          rawSelector,
          'may not specified at the same time as requirements',
        ),
      ]
    : [];
}

function subjectErrors(spec: JsonObject): FieldError[] {
  const { user, groups } = subjectOf(spec);
  return user === '' && groups.length === 0
    ? [invalidValue('spec.user', '', 'at least one of user or group must be specified')]
    : [];
}

function placeErrors({ nonResourceAttributes: plain }: JsonObject): FieldError[] {
  return isJsonObject(plain)
    ? [
        // Shown by the names that Go gives the fields.
        invalidValue(
          'spec.nonResourceAttributes',
          { Path: textAt(plain, 'path'), Verb: textAt(plain, 'verb') },
          'disallowed on this kind of request',
        ),
      ]
    : [];
}

function questionOf(spec: JsonObject, user: UserInfo): AccessQuestion {
  const resource = mapAt(spec, 'resourceAttributes');
  const plain = mapAt(spec, 'nonResourceAttributes');
  if (isJsonObject(spec['nonResourceAttributes']))
    return { user, verb: textAt(plain, 'verb'), path: textAt(plain, 'path') };
  return {
    user,
    verb: textAt(resource, 'verb'),
    group: textAt(resource, 'group'),
    version: textAt(resource, 'version'),
    resource: textAt(resource, 'resource'),
    subresource: textAt(resource, 'subresource'),
    namespace: textAt(resource, 'namespace'),
    name: textAt(resource, 'name'),
    ...(isJsonObject(resource['fieldSelector']) && { fieldSelector: selectorOf(resource['fieldSelector']) }),
  };
}

/** A selector as it stands in a request's query, of the requirements for one value. */
function selectorOf(given: JsonObject): string {
  const { rawSelector, requirements } = given;
  if (typeof rawSelector === 'string') return rawSelector;
  return (Array.isArray(requirements) ? requirements : [])
    .filter(isJsonObject)
    .flatMap((one) => {
      const values = one['operator'] === 'In' && Array.isArray(one['values']) ? one['values'] : [];
      const [value] = values;
      return values.length === 1 && typeof value === 'string' ? [`${textAt(one, 'key')}=${value}`] : [];
    })
    .join(',');
}

function subjectOf(spec: JsonObject): UserInfo {
  const groups = Array.isArray(spec['groups']) ? spec['groups'].map(String) : [];
  return { user: textAt(spec, 'user'), groups };
}

function rulesStatus({ authorizer }: ApiContext, spec: JsonObject, user: UserInfo): object {
  const namespace = textAt(spec, 'namespace');
  // What a node may do depends on its pods.
  const isNode = nodeOfUser(user) !== undefined;
  if (namespace === '') throw badRequest('no namespace on request');
  const problems = [
    ...(isNode ? ['node authorizer does not support user rule resolution'] : []),
    ...(authorizer instanceof RbacAuthorizer ? authorizer.missingRoles(user, namespace) : []),
  ];
  // With roles, those of the bootstrap say so themselves.
  const everything = !(authorizer instanceof RbacAuthorizer) && user.groups.includes('system:masters');
  const rules = everything
    ? [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ]
    : [];
  if (authorizer instanceof RbacAuthorizer) {
    for (const { rule } of authorizer.rulesOf(user, namespace)) rules.push(rule as (typeof rules)[number]);
  }
  return {
    resourceRules: rules.flatMap(({ verbs, ...rule }) =>
      'resources' in rule && rule.resources ? [{ verbs, ...rule }] : [],
    ),
    nonResourceRules: rules.flatMap(({ verbs, ...rule }) =>
      'nonResourceURLs' in rule && rule.nonResourceURLs
        ? [{ verbs, nonResourceURLs: rule.nonResourceURLs }]
        : [],
    ),
    incomplete: isNode,
    ...(problems.length > 0 && { evaluationError: problems.join(', ') }),
  };
}

/** Asks the authenticators about a token as if it had come with a request. */
function tokenStatus({ authenticators, tokens }: ApiContext, spec: JsonObject): object {
  const token = textAt(spec, 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const asked = Array.isArray(spec['audiences'])
    ? spec['audiences'].filter((one) => typeof one === 'string')
    : [];
  const audiences = asked.length > 0 ? asked : [SERVICE_ACCOUNT_ISSUER];
  const reviewed = tokens?.review(token, audiences);
  if (typeof reviewed === 'string') return { user: {}, error: reviewed };
  // Tokens that name nobody they are for are for this API.
  const user =
    reviewed?.user ??
    (audiences.includes(SERVICE_ACCOUNT_ISSUER) ? userOf(token, authenticators) : undefined);
  if (!user) return { user: {}, error: 'invalid bearer token' };
  return {
    authenticated: true,
    user: {
      username: user.user,
      ...(user.uid !== undefined && { uid: user.uid }),
      groups: [...new Set([...user.groups, 'system:authenticated'])],
      ...(user.extra && { extra: user.extra }),
    },
    audiences: reviewed?.audiences ?? [SERVICE_ACCOUNT_ISSUER],
  };
}

function userOf(token: string, authenticators: ApiContext['authenticators']): UserInfo | undefined {
  const request = {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(),
    header: (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined),
    headers: () => [],
    headerNames: () => ['authorization'],
    body: new Uint8Array(),
  };
  for (const authenticator of authenticators) {
    const answer = authenticator.authenticate(request);
    if (answer && answer !== 'rejected') return answer === ANONYMOUS ? undefined : answer;
  }
  return undefined;
}

function mapAt(object: object, key: string): JsonObject {
  const value: unknown = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
  return isJsonObject(value) ? value : {};
}

function textAt(object: JsonObject, key: string): string {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : '';
}
