import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import { scaleOf, withScale, type Scale } from '../scale.js';
import type { ApiContext } from '../api-context.js';
import { badRequest, invalid, isApiError } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { asObjectOf, jsonType } from '../check-object.js';
import { negotiate } from '../negotiation.js';
import { patchKindOf, unsupportedPatch } from '../patch-kind.js';
import { patchObject } from '../apply-patch.js';
import { misfitPatch } from '../patch-errors.js';
import { contentTypeOf, readConfiguration, readObjectBody, readPatch } from '../read-body.js';
import { namespaceOf, withWarnings, type ResourceRequest } from '../resource-handler.js';
import { isTrue } from '../request-info.js';
import { note } from '../request-record.js';
import { checkWriteParameters, readDryRun } from '../write-parameters.js';
import { fieldManagerOf } from '../field-manager.js';
import type { ApplyOptions, PatchKind, WriteOptions } from '../../clients/client.js';
import { objectResponse } from '../respond.js';

/** A patch without resourceVersion is tried this often against newer objects. */
const ATTEMPTS = 5;

const SCALE: { readonly group: string; readonly version: string } = { group: 'autoscaling', version: 'v1' };

/** GET, PUT and PATCH of `…/scale`. */
export function handleScale(context: ApiContext, call: ResourceRequest): FullResponse {
  const { info, request, resource } = call;
  const { operations } = context;
  const form = {
    resource,
    accepted: negotiate(request.header('accept'), true),
    parameters: request.query,
    nowMs: context.clock.now(),
  };
  const read = (): StoredObject => operations.get(resource, namespaceOf(info, resource), info.name);
  if (info.verb === 'get') return objectResponse(200, scaleOf(read(), resource.scale), form);
  const kind = info.verb === 'patch' ? patchKindOf(contentTypeOf(request.header('content-type'))) : undefined;
  if (info.verb === 'patch' && !kind) throw unsupportedPatch(resource.custom);
  checkWriteParameters(kind ? 'PatchOptions' : 'UpdateOptions', request.query, kind);
  const warnings: string[] = [];
  const options: ScaleOptions = {
    dryRun: readDryRun(request.query.getAll('dryRun')),
    fieldManager: fieldManagerOf(request),
    subresource: 'scale',
    onAudit: (key, value) => note(request, key, value),
    onWarning: (text) => void warnings.push(text),
  };
  const scaled =
    kind === 'apply'
      ? applyScale(context, call, read(), { ...options, force: isTrue(request.query.get('force')) })
      : writeScale(context, call, read, kind, options);
  return withWarnings(objectResponse(200, scaleOf(scaled, resource.scale), form), warnings);
}

type ScaleOptions = WriteOptions & Pick<ApplyOptions, 'fieldManager'>;

function writeScale(
  { operations }: ApiContext,
  call: ResourceRequest,
  read: () => StoredObject,
  kind: PatchKind | undefined,
  options: ScaleOptions,
): StoredObject {
  const { resource, user } = call;
  for (let attempt = 1; ; attempt++) {
    const old = read();
    const wanted = kind ? patchScale(call, kind, scaleOf(old, resource.scale)) : readScale(call);
    const { name = '', uid, resourceVersion } = wanted.metadata;
    checkReplicas(name, wanted.spec?.replicas ?? 0);
    try {
      const at = {
        ...old,
        metadata: { ...old.metadata, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
      };
      return operations.update(resource, withScale(at, wanted, resource.scale), user, options);
    } catch (error) {
      if (!isApiError(error, 'Conflict') || !kind || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Server-side apply of a scale: the replicas of what it scales get an owner. */
function applyScale(
  { operations }: ApiContext,
  { info, request, resource, user }: ResourceRequest,
  old: StoredObject,
  options: ApplyOptions,
): StoredObject {
  const { value } = readConfiguration(request.body);
  if (!isJsonObject(value))
    throw badRequest('error decoding YAML: the applied configuration must be an object');
  const wanted = toScale(value, resource, info.namespace, info.name);
  checkReplicas(info.name, wanted.spec?.replicas ?? 0);
  const { apiVersion, kind } = old;
  const { name, namespace, resourceVersion } = wanted.metadata;
  const configuration = {
    apiVersion,
    kind,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(resourceVersion && { resourceVersion }),
    },
  };
  return operations.apply(resource, withScale(configuration, wanted, resource.scale), user, options);
}

function readScale({ info, request, resource }: ResourceRequest): Scale {
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  return toScale(object, resource, info.namespace, info.name);
}

function patchScale({ info, request, resource }: ResourceRequest, kind: PatchKind, scale: Scale): Scale {
  const { value } = readPatch(request.body, kind);
  const patched = patchObject({ ...SCALE, kind: 'Scale' }, scale, kind, value) as unknown as JsonValue;
  if (!isJsonObject(patched)) throw badRequest('the patch leaves no object');
  const problem = typeProblem(patched);
  if (problem !== undefined) throw misfitPatch(kind, value, patched, problem);
  return toScale(patched, resource, info.namespace, info.name);
}

function toScale(object: JsonObject, resource: ResourceInfo, namespace: string, name: string): Scale {
  const target = { resource, namespace, name };
  const scale = asObjectOf(object, target, { apiVersion: 'autoscaling/v1', kind: 'Scale' }) as Scale;
  const problem = typeProblem(object);
  if (problem !== undefined)
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${problem}`);
  return scale;
}

/** Why the one number of a scale is none, in the words of Go's decoder. */
function typeProblem({ spec }: JsonObject): string | undefined {
  const replicas = isJsonObject(spec) ? spec['replicas'] : undefined;
  if (replicas === undefined || replicas === null || Number.isInteger(replicas)) return undefined;
  const given = typeof replicas === 'number' ? `number ${replicas}` : jsonType(replicas);
  return `json: cannot unmarshal ${given} into Go struct field ScaleSpec.spec.replicas of type int32`;
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
