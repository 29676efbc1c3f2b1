import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@lotse/manifests';
import type { AdmissionRequest } from '../admission-request.js';
import { present } from '../../api/present.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { MutatingWebhook, ValidatingWebhook } from '../../types/index.js';
import { operationOf, partOf } from '../request-part.js';
import { userInfoOf } from '../user-info-of.js';
import { asUuid, type WebhookQuestion } from './webhooks.js';

const DEFAULT_TIMEOUT_SECONDS = 10;
const OPTIONS = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: undefined,
} as const;

/**
 * The AdmissionReview for one webhook. Its uid is the digest of what is asked: the same question has the same uid, so that
 * the answer to it is found again. When something was written is no part of the question.
 */
export function questionFor(
  webhook: MutatingWebhook | ValidatingWebhook,
  version: ResourceInfo,
  request: AdmissionRequest,
  phase: 'mutating' | 'validating',
  round: number,
): WebhookQuestion {
  const { resource, requested = resource, subresource, operation, dryRun, old, fieldManager } = request;
  const object = shown(request, version, phase);
  const { name = '', namespace = '' } = request.object.metadata;
  const isBinding = subresource === 'binding';
  const part = partOf(request);
  const kindOf = (one: ResourceInfo): JsonObject =>
    part?.kind ?? { group: one.group, version: one.version, kind: one.kind };
  const resourceOf = (one: ResourceInfo): JsonObject => ({
    group: one.group,
    version: one.version,
    resource: one.resource,
  });
  const givenName = isGenerated(request) ? '' : name;
  const verb = operationOf(request);
  const body: JsonObject = {
    kind: kindOf(version),
    resource: resourceOf(version),
    ...(subresource !== undefined && { subResource: subresource }),
    requestKind: kindOf(requested),
    requestResource: resourceOf(requested),
    ...(subresource !== undefined && { requestSubResource: subresource }),
    ...(givenName !== '' && { name: givenName }),
    ...(namespace !== '' && { namespace }),
    operation: verb,
    userInfo: userInfoOf(request.requester),
    object: operation === 'DELETE' ? null : object,
    oldObject: old && !isBinding ? before(request, old, version) : null,
    dryRun,
    options: OPTIONS[verb]
      ? {
          kind: OPTIONS[verb],
          apiVersion: 'meta.k8s.io/v1',
          ...(dryRun && { dryRun: ['All'] }),
          ...(fieldManager !== undefined && operation !== 'DELETE' && { fieldManager }),
        }
      : null,
  };
  const asked = JSON.stringify([webhook, phase, round, body], withoutTimes);
  const digest = createHash('sha256').update(asked).digest('hex');
  const reviewVersion = (webhook.admissionReviewVersions ?? []).find(
    (one) => one === 'v1' || one === 'v1beta1',
  );
  return {
    digest,
    call: {
      name: webhook.name,
      clientConfig: webhook.clientConfig,
      timeoutSeconds: webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      review: {
        kind: 'AdmissionReview',
        apiVersion: `admission.k8s.io/${reviewVersion ?? 'v1'}`,
        request: { uid: asUuid(digest), ...body },
      },
    },
  };
}

/** True when the server made the name: whoever asked gave only its beginning. */
export function isGenerated({ operation, object: { metadata } }: AdmissionRequest): boolean {
  return operation === 'CREATE' && metadata.generateName !== undefined && metadata.generateName !== ''
    ? (metadata.name ?? '').length === Math.min(metadata.generateName.length, 58) + 5
    : false;
}

/** Mutating webhooks see an object that has no identity yet, as in Kubernetes: it gets one after them. */
function shown(request: AdmissionRequest, version: ResourceInfo, phase: string): JsonObject {
  const { object, operation } = request;
  const part = partOf(request);
  if (part) return part.shown(object, version);
  const seen = present(object, version);
  if (operation !== 'CREATE' || phase !== 'mutating') return seen as unknown as JsonObject;
  const { uid: _, creationTimestamp: __, generation: ___, name, ...metadata } = seen.metadata;
  return {
    ...(seen as unknown as JsonObject),
    metadata: {
      ...(!isGenerated(request) && name !== undefined && { name }),
      ...(metadata as unknown as JsonObject),
      creationTimestamp: null,
    },
  };
}

function before(request: AdmissionRequest, old: StoredObject, version: ResourceInfo): JsonObject {
  return partOf(request)?.shown(old, version) ?? (present(old, version) as unknown as JsonObject);
}

/** The object as those who may change it see it: without the identity that only the server gives. */
export function shownToMutating(request: AdmissionRequest, version: ResourceInfo): JsonObject {
  return shown(request, version, 'mutating');
}

/** The object with the identity that was kept from the webhooks. */
export function withIdentityOf(patched: StoredObject, { object, operation }: AdmissionRequest): StoredObject {
  if (operation !== 'CREATE') return patched;
  const { uid, creationTimestamp, generation, name } = object.metadata;
  const { creationTimestamp: _, ...metadata } = patched.metadata;
  return {
    ...patched,
    metadata: {
      ...metadata,
      ...(name !== undefined && { name: metadata.name ?? name }),
      ...(uid !== undefined && { uid }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(generation !== undefined && { generation }),
    },
  };
}

function withoutTimes(key: string, value: JsonValue): JsonValue | undefined {
  return key === 'creationTimestamp' || key === 'managedFields' ? undefined : value;
}
