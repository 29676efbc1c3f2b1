import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import { scaleOf, withScale, type Scale } from '../scale.js';
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
    subresource: 'scale',
  };
  for (let attempt = 1; ; attempt++) {
    const old = read();
    const wanted = info.verb === 'update' ? readScale(call) : patchScale(call, scaleOf(old, resource.scale));
    const { name = '', resourceVersion } = wanted.metadata;
    const replicas = wanted.spec?.replicas ?? 0;
    checkReplicas(name, replicas);
    try {
      const at = { ...old, metadata: { ...old.metadata, ...(resourceVersion && { resourceVersion }) } };
      const scaled = operations.update(resource, withScale(at, wanted, resource.scale), user, options);
      return objectResponse(200, scaleOf(scaled, resource.scale), form);
    } catch (error) {
      if (!isApiError(error, 'Conflict') || info.verb === 'update' || attempt >= ATTEMPTS) throw error;
    }
  }
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
