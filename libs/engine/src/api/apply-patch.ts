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
import { ApiError } from './api-error.js';
import { jsonType } from './check-object.js';
import { kindMismatch } from './kind-mismatch.js';
import { checkPatchForm, fromPatchError, misfitPatch, rejectedPatch } from './patch-errors.js';

type PatchedResource = Pick<ResourceInfo, 'group' | 'version' | 'kind' | 'custom' | 'retired' | 'schema'>;

/** The object a patch makes of another; an ApiError with what is wrong with the patch. */
export function patchObject(
  resource: PatchedResource,
  object: StoredObject,
  kind: PatchKind,
  patch: unknown,
): StoredObject {
  const original = object as unknown as JsonObject;
  try {
    const patched = patchValue(resource, original, kind, patch as JsonValue);
    if (!isJsonObject(patched)) throw rejectedPatch();
    return asOwnKind(resource, object, patched, kind, patch as JsonValue) as unknown as StoredObject;
  } catch (error) {
    if (error instanceof CodedError) throw fromPatchError(error, kind);
    throw error;
  }
}

/** What a patch leaves is of the kind it was, whatever the patch does to the words that say so. */
function asOwnKind(
  resource: PatchedResource,
  { apiVersion, kind: ownKind }: StoredObject,
  patched: JsonObject,
  kind: PatchKind,
  patch: JsonValue,
): JsonObject {
  if (patched['apiVersion'] === apiVersion && patched['kind'] === ownKind) return patched;
  if (kind === 'strategic') return { ...patched, apiVersion, kind: ownKind };
  const given = { apiVersion: '', kind: '' };
  for (const key of ['apiVersion', 'kind'] as const) {
    const value = patched[key] ?? '';
    if (typeof value === 'string') given[key] = value || (key === 'kind' ? ownKind : apiVersion);
    else
      throw misfitPatch(
        kind,
        patch,
        patched,
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go struct field .${key} of type string`,
      );
  }
  if (given.apiVersion !== apiVersion || given.kind !== ownKind)
    throw misfitPatch(kind, patch, patched, kindMismatch(given, resource, ownKind));
  return { ...patched, apiVersion, kind: ownKind };
}

function patchValue(
  resource: PatchedResource,
  original: JsonObject,
  kind: PatchKind,
  given: JsonValue,
): JsonValue {
  // No operations, and no fields: both change nothing, and so does null where Go reads it as either.
  const patch = given === null && kind !== 'merge' ? (kind === 'json' ? [] : {}) : given;
  checkPatchForm(kind, patch);
  switch (kind) {
    case 'json':
      return applyJsonPatch(original, asJsonPatch(patch));
    case 'merge':
      return applyMergePatch(original, patch as JsonObject);
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
      return strategicMergePatch(original, patch as JsonObject, schema);
    }
    default:
      return kind satisfies never;
  }
}
