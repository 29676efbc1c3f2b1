import {
  applyJsonPatch,
  applyMergePatch,
  asJsonPatch,
  CodedError,
  isJsonObject,
  patchSchema,
  patchSchemaForKind,
  strategicMergePatch,
  type JsonObject,
  type JsonValue,
} from '@lotse/manifests';
import type { PatchKind } from '../clients/client.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { ApiError, badRequest } from './api-error.js';
import { jsonType } from './check-object.js';

/** The object a patch makes of another; an ApiError with what is wrong with the patch. */
export function patchObject(
  resource: Pick<ResourceInfo, 'group' | 'version' | 'kind' | 'custom' | 'retired' | 'schema'>,
  object: StoredObject,
  kind: PatchKind,
  patch: unknown,
): StoredObject {
  const original = object as unknown as JsonObject;
  try {
    const patched = patchValue(resource, original, kind, patch as JsonValue);
    if (!isJsonObject(patched)) throw badRequest('a patch must leave an object');
    for (const key of ['apiVersion', 'kind']) {
      const value = patched[key];
      if (value !== undefined && typeof value !== 'string')
        throw badRequest(
          `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go struct field .${key} of type string`,
        );
    }
    return patched as unknown as StoredObject;
  } catch (error) {
    if (error instanceof CodedError) throw fromPatchError(error);
    throw error;
  }
}

function patchValue(
  resource: Pick<ResourceInfo, 'group' | 'version' | 'kind' | 'custom' | 'retired' | 'schema'>,
  original: JsonObject,
  kind: PatchKind,
  patch: JsonValue,
): JsonValue {
  switch (kind) {
    case 'json':
      return applyJsonPatch(original, asJsonPatch(patch));
    case 'merge':
      return applyMergePatch(original, asObject(patch));
    case 'strategic': {
      const schema =
        resource.retired && resource.schema ? patchSchema(resource.schema) : patchSchemaForKind(resource);
      if (resource.custom || !schema) {
        throw new ApiError(
          415,
          'UnsupportedMediaType',
          'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
        );
      }
      return strategicMergePatch(original, asObject(patch), schema);
    }
    default:
      return kind satisfies never;
  }
}

function asObject(patch: JsonValue): JsonObject {
  if (isJsonObject(patch)) return patch;
  throw badRequest(
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  );
}

function fromPatchError(error: CodedError): ApiError {
  switch (error.code) {
    case 'patch/too-large':
      return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${error.message}`);
    case 'patch/failed':
      return new ApiError(422, 'Invalid', error.message);
    default:
      return badRequest(error.message);
  }
}
