import { isJsonObject } from '@lotse/manifests';
import { nodeOf } from '../../auth/pod-tokens.js';
import {
  SERVICE_ACCOUNT_ISSUER,
  type BoundObject,
  type TokenRequestOptions,
} from '../../auth/service-account-tokens.js';
import { objectName, type StoredObject } from '../../store/stored-object.js';
import { formatTime } from '../../time.js';
import type { ApiContext } from '../api-context.js';
import { ApiError, badRequest, conflict, invalid, notFound } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { asObjectOf, jsonType } from '../check-object.js';
import { invalidValue } from '../../registry/field-errors.js';
import { negotiate } from '../negotiation.js';
import { contentTypeOf, readObjectBody } from '../read-body.js';
import type { ResourceRequest } from '../resource-handler.js';
import type { Pod } from '../../types/index.js';
import { readDryRun } from '../write-parameters.js';
import { objectResponse } from '../respond.js';

/** A token lives at least this long (authentication validation). */
const SHORTEST_SECONDS = 600;
const DEFAULT_SECONDS = 3600;
const TOKEN_REQUEST = { group: 'authentication.k8s.io', resource: '', kind: 'TokenRequest' };
/** 2^32, the most a request may ask for. */
const LONGEST_SECONDS = 4_294_967_296;

/** `POST …/serviceaccounts/x/token`: a token of that account. */
export function requestToken(
  context: ApiContext,
  { info, request, resource, user }: ResourceRequest,
): FullResponse {
  const { operations, tokens, clock } = context;
  if (!tokens) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  const target = { resource, namespace: info.namespace, name: '' };
  const expected = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
  const sent = asObjectOf(object, target, expected);
  if (sent.metadata.name !== undefined && sent.metadata.name !== info.name)
    throw invalid(TOKEN_REQUEST, info.name, [
      invalidValue('metadata.name', sent.metadata.name, 'must match the service account name if specified'),
    ]);
  const account = operations.get(resource, info.namespace, info.name);
  const { uid } = account.metadata;
  if (sent.metadata.uid && sent.metadata.uid !== uid)
    throw conflict(
      { group: 'authentication.k8s.io', resource: 'TokenRequest', kind: 'TokenRequest' },
      info.name,
      `the UID in the token request (${sent.metadata.uid}) does not match the UID of the service account (${uid})`,
    );
  const given: StoredObject & { spec?: unknown } = operations.admitPart({
    operation: 'CREATE',
    resource,
    subresource: 'token',
    object: { ...sent, metadata: { ...sent.metadata, name: info.name, namespace: info.namespace } },
    requester: user,
    dryRun: readDryRun(request.query.getAll('dryRun')),
  });
  const spec = isJsonObject(given.spec) ? given.spec : {};
  const seconds = spec['expirationSeconds'] ?? DEFAULT_SECONDS;
  if (typeof seconds !== 'number') throw wrongType('expirationSeconds', seconds, 'int64');
  const outOfRange =
    seconds < SHORTEST_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > LONGEST_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (outOfRange !== undefined)
    throw invalid(TOKEN_REQUEST, '', [invalidValue('spec.expirationSeconds', seconds, outOfRange)]);
  const wanted = spec['audiences'] ?? [];
  if (!Array.isArray(wanted)) throw wrongType('audiences', wanted, '[]string');
  const audiences = wanted.map(String);
  const bound = readBound(context, info.namespace, spec['boundObjectRef']);
  const token = tokens.issue({
    namespace: info.namespace,
    name: info.name,
    uid: uid ?? '',
    audiences,
    expirationSeconds: seconds,
    ...bound,
  });
  const nowMs = clock.now();
  const answer = {
    ...given,
    metadata: {
      name: info.name,
      namespace: info.namespace,
      ...(uid !== undefined && { uid }),
      creationTimestamp: formatTime(nowMs),
    },
    spec: {
      boundObjectRef: null,
      ...spec,
      audiences: audiences.length > 0 ? audiences : [SERVICE_ACCOUNT_ISSUER],
      expirationSeconds: seconds,
    },
    status: { token, expirationTimestamp: formatTime(nowMs + seconds * 1000) },
  } as StoredObject;
  const form = {
    resource,
    accepted: negotiate(request.header('accept'), true),
    parameters: request.query,
    nowMs,
  };
  return objectResponse(201, answer, form);
}

/** A group and version as Go prints them before a kind. */
function kindOf(apiVersion: unknown): string {
  const text = typeof apiVersion === 'string' ? apiVersion : '';
  return text.includes('/') ? text : `/${text}`;
}

function wrongType(field: string, value: unknown, type: string): ApiError {
  return badRequest(
    `TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal ${jsonType(value)} into Go struct field TokenRequestSpec.spec.${field} of type ${type}`,
  );
}

const BOUND_RESOURCES = { Pod: '/pods', Secret: '/secrets', Node: '/nodes' } as const;

function readBound(
  { store }: ApiContext,
  namespace: string,
  reference: unknown,
): Pick<TokenRequestOptions, 'bound' | 'node'> | undefined {
  if (!isJsonObject(reference)) return undefined;
  const { apiVersion, kind, name, uid } = reference;
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node')
    throw badRequest(
      `cannot bind token to object of type ${kindOf(apiVersion)}, Kind=${typeof kind === 'string' ? kind : ''}`,
    );
  if (typeof name !== 'string' || name === '') throw badRequest('Name parameter required.');
  const resource = BOUND_RESOURCES[kind];
  const found = store.get(resource, objectName(kind === 'Node' ? undefined : namespace, name));
  const subject = { group: '', resource: resource.slice(1), kind };
  if (!found) throw notFound(subject, name);
  if (uid !== undefined && uid !== found.metadata.uid)
    throw conflict(
      // Named by its kind here.
      { ...subject, resource: kind },
      name,
      `the UID in the bound object reference (${typeof uid === 'string' ? uid : ''}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  const bound: BoundObject = { kind, name, uid: found.metadata.uid ?? '' };
  const runsOn = kind === 'Pod' ? (found as Pod).spec?.nodeName : undefined;
  const node = runsOn === undefined ? undefined : nodeOf(store.get('/nodes', objectName(undefined, runsOn)));
  return { bound, ...(node && { node }) };
}
