import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { CustomResourceSubresourceScale, LabelSelector } from '../../types/index.js';
import type { ApiContext } from '../api-context.js';
import { badRequest, invalid, isApiError } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { asObjectOf } from '../check-object.js';
import { negotiate } from '../negotiation.js';
import { patchKindOf, unsupportedPatch } from '../patch-kind.js';
import { patchObject } from '../apply-patch.js';
import { contentTypeOf, readJson, readObjectBody, text } from '../read-body.js';
import { namespaceOf, type ResourceRequest } from '../resource-handler.js';
import { readDryRun } from '../write-parameters.js';
import { objectResponse } from '../respond.js';

/** A patch without resourceVersion is tried this often against newer objects. */
const ATTEMPTS = 5;

const SCALE: { readonly group: string; readonly version: string } = { group: 'autoscaling', version: 'v1' };

interface Scalable extends StoredObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector | Record<string, string> };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** What the scale subresource shows of an object (autoscaling/v1 Scale). */
export interface Scale extends StoredObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

/** The Scale of a Deployment, ReplicaSet, StatefulSet or ReplicationController. */
export function scaleOf(given: StoredObject, paths?: CustomResourceSubresourceScale): Scale {
  const object = paths ? scalableOf(given, paths) : (given as Scalable);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = object.status?.selector ?? selectorText(object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: object.spec?.replicas ? { replicas: object.spec.replicas } : {},
    status: { replicas: object.status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}

/** GET, PUT and PATCH of `…/scale`. */
export function handleScale(context: ApiContext, call: ResourceRequest): FullResponse {
  const { info, request, resource, user } = call;
  const { operations } = context;
  const form = {
    resource,
    accepted: negotiate(request.header('accept'), true),
    parameters: request.query,
    nowMs: context.clock.now(),
  };
  const read = (): StoredObject => operations.get(resource, namespaceOf(info, resource), info.name);
  if (info.verb === 'get') return objectResponse(200, scaleOf(read(), resource.scale), form);
  const manager = request.query.get('fieldManager') ?? '';
  const options = {
    dryRun: readDryRun(request.query.getAll('dryRun')),
    ...(manager !== '' && { fieldManager: manager }),
  };
  for (let attempt = 1; ; attempt++) {
    const old = read();
    const wanted = info.verb === 'update' ? readScale(call) : patchScale(call, scaleOf(old, resource.scale));
    const { name = '', resourceVersion } = wanted.metadata;
    const replicas = wanted.spec?.replicas ?? 0;
    checkReplicas(name, replicas);
    try {
      const scaled = operations.update(
        resource,
        withReplicas(
          { ...old, metadata: { ...old.metadata, ...(resourceVersion && { resourceVersion }) } },
          replicas,
          resource.scale?.specReplicasPath ?? '.spec.replicas',
        ),
        user,
        options,
      );
      return objectResponse(200, scaleOf(scaled, resource.scale), form);
    } catch (error) {
      if (!isApiError(error, 'Conflict') || info.verb === 'update' || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** A custom resource as something that can be scaled, by the paths its definition names. */
function scalableOf(object: StoredObject, paths: CustomResourceSubresourceScale): Scalable {
  const at = (path: string | undefined): unknown =>
    partsOf(path ?? '').reduce<unknown>(
      (value, part) => (isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined),
      object,
    );
  const number = (path: string | undefined): number => Number(at(path) ?? 0);
  const selector = at(paths.labelSelectorPath);
  return {
    ...object,
    spec: { replicas: number(paths.specReplicasPath) },
    status: { replicas: number(paths.statusReplicasPath), ...(typeof selector === 'string' && { selector }) },
  } as Scalable;
}

/** A path such as `.spec.replicas`; its parts are names of fields. */
const partsOf = (path: string): string[] => path.split('.').filter((part) => part !== '');

function withReplicas(object: StoredObject, replicas: number, path: string): StoredObject {
  const set = (value: unknown, [part, ...rest]: readonly string[]): JsonValue => {
    if (part === undefined) return replicas;
    const map = isJsonObject(value) ? value : {};
    return { ...map, [part]: set(Object.hasOwn(map, part) ? map[part] : undefined, rest) };
  };
  return set(object, partsOf(path)) as unknown as StoredObject;
}

function readScale({ info, request, resource }: ResourceRequest): Scale {
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  return toScale(object, resource, info.namespace, info.name);
}

function patchScale({ info, request, resource }: ResourceRequest, scale: Scale): Scale {
  const kind = patchKindOf(contentTypeOf(request.header('content-type')));
  if (!kind || kind === 'apply') throw unsupportedPatch();
  const { value } = readJson(text(request.body));
  const patched = patchObject({ ...SCALE, kind: 'Scale' }, scale, kind, value) as unknown as JsonValue;
  if (!isJsonObject(patched)) throw badRequest('the patch leaves no object');
  return toScale(patched, resource, info.namespace, info.name);
}

function toScale(object: JsonObject, resource: ResourceInfo, namespace: string, name: string): Scale {
  const target = { resource, namespace, name };
  const scale = asObjectOf(object, target, { apiVersion: 'autoscaling/v1', kind: 'Scale' }) as Scale;
  const replicas: unknown = scale.spec?.replicas;
  if (replicas !== undefined && replicas !== null && !Number.isInteger(replicas))
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  return scale;
}

function checkReplicas(name: string, replicas: number): void {
  if (replicas >= 0) return;
  throw invalid({ ...SCALE, resource: 'scales', kind: 'Scale' }, name, [
    {
      reason: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
    },
  ]);
}

/** A selector as one line of text. */
export function selectorText(selector: LabelSelector | Record<string, string> | undefined): string {
  if (!selector) return '';
  const typed = selector as LabelSelector;
  const isTyped = typeof typed.matchLabels === 'object' || Array.isArray(typed.matchExpressions);
  const labels = isTyped ? (typed.matchLabels ?? {}) : (selector as Record<string, string>);
  const parts = Object.entries(labels).map(([key, value]): [string, string] => [key, `${key}=${value}`]);
  for (const { key, operator, values } of isTyped ? (typed.matchExpressions ?? []) : []) {
    const list = [...(values ?? [])].sort().join(',');
    if (operator === 'In') parts.push([key, `${key} in (${list})`]);
    else if (operator === 'NotIn') parts.push([key, `${key} notin (${list})`]);
    else parts.push([key, operator === 'Exists' ? key : `!${key}`]);
  }
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, textPart]) => textPart)
    .join(',');
}
