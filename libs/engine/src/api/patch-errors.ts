import {
  goText,
  isJsonObject,
  MAX_PATCH_OPERATIONS,
  type CodedError,
  type JsonValue,
} from '@lotse/manifests';
import type { PatchKind } from '../clients/client.js';
import { invalidValue } from '../registry/field-errors.js';
import { ApiError, badRequest, invalid } from './api-error.js';
import { jsonType } from './check-object.js';

/** Bytes of a patched object that an error shows. */
const SHOWN_CHARS = 10_000;

/** What the API server says of a patch whose operations don't fit the object: that it was wrong, not what was. */
export function rejectedPatch(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** 422: what a patch leaves is no object of its kind (apiserver handlers/patch.go). */
export function misfitPatch(
  kind: PatchKind,
  patch: JsonValue,
  patched: JsonValue,
  problem: string,
): ApiError {
  const shown = kind === 'strategic' ? goText(patch) : JSON.stringify(patched);
  return invalid({ group: '', resource: '', kind: '' }, '', [
    invalidValue('patch', shown.slice(0, SHOWN_CHARS), problem),
  ]);
}

/** Checks that a patch is of the form its kind wants: operations for JSON patches, a map for the others. */
export function checkPatchForm(kind: PatchKind, patch: JsonValue): void {
  const wanted = kind === 'json' ? Array.isArray(patch) : isJsonObject(patch);
  if (kind === 'json') {
    if (!wanted) throw undecodable(patch, 'Go value of type []handlers.jsonPatchOp');
    const operations = patch as JsonValue[];
    if (operations.length > MAX_PATCH_OPERATIONS)
      throw new ApiError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_PATCH_OPERATIONS}, got ${operations.length}`,
      );
    operations.forEach(checkOperation);
    return;
  }
  if (wanted) return;
  const type = 'Go value of type map[string]interface {}';
  if (kind === 'strategic') throw badRequest(`json: cannot unmarshal ${jsonType(patch)} into ${type}`);
  throw patch === null ? badRequest('Invalid JSON Patch') : undecodable(patch, type);
}

function checkOperation(operation: JsonValue): void {
  if (operation === null) throw rejectedPatch();
  if (!isJsonObject(operation)) throw undecodable(operation, 'Go value of type handlers.jsonPatchOp');
  for (const field of ['op', 'path', 'from']) {
    const value = Object.hasOwn(operation, field) ? operation[field] : undefined;
    if (value !== undefined && value !== null && typeof value !== 'string')
      throw undecodable(value, `Go struct field jsonPatchOp.${field} of type string`);
  }
  if (typeof operation['op'] !== 'string' || typeof operation['path'] !== 'string') throw rejectedPatch();
}

function undecodable(value: JsonValue, target: string): ApiError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${jsonType(value)} into ${target}`);
}

/** Turns what applying a patch failed with into what the API server answers. */
export function fromPatchError(error: CodedError, kind: PatchKind): ApiError {
  if (error.code === 'patch/too-large')
    return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${error.message}`);
  // What can't be merged is no fault that the server knows how to name.
  if (error.code === 'patch/unmergeable') return new ApiError(500, '', error.message);
  if (kind === 'json' || error.code === 'patch/failed') return rejectedPatch();
  return badRequest(error.message);
}
