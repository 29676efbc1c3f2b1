import { isJsonObject } from '@lotse/manifests';
import { DecodeError, decodeObject, type DecodeFindings } from '../registry/decode-object.js';
import { fieldTypeOf } from '../registry/field-type.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { ApiError, badRequest } from './api-error.js';
import type { Requester } from './requester.js';

/**
 * What a client sent, in the shape of its kind: unknown fields dropped (and listed in `findings`), types checked, quantities
 * canonical. Throws 400 in the words of Kubernetes for a field of the wrong type. Parts of the engine are trusted.
 */
export function decodeGiven(
  resource: ResourceInfo,
  given: StoredObject,
  requester: Pick<Requester, 'component'> = {},
  findings?: DecodeFindings,
  zeros: 'dropped' | 'kept' = 'dropped',
): StoredObject {
  if (requester.component) return given;
  const { kind, custom = false } = resource;
  try {
    const decoded = decodeObject(
      withResetAsked(given),
      fieldTypeOf(resource),
      { kind, custom, zeros },
      findings,
    ) as StoredObject;
    if (decoded.metadata !== undefined) return decoded;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new ApiError(
      400,
      'BadRequest',
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${error.message}`,
    );
  }
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled: metadata is missing`,
  );
}

/** What an apply has made of an object, without the fields that hold as good as nothing: they have an owner and no place. */
export function withoutZeros(resource: ResourceInfo, object: StoredObject): StoredObject {
  return decodeObject(object, fieldTypeOf(resource), resource) as StoredObject;
}

/** Throws DecodeError for a value that is of another type than its field. */
export function checkTypes(resource: ResourceInfo, given: StoredObject): void {
  decodeObject(given, fieldTypeOf(resource), resource);
}

/** No owners is a wish to forget them, as one owner of nothing is; fields that are as good as absent don't survive decoding. */
function withResetAsked(given: StoredObject): StoredObject {
  const metadata: unknown = given.metadata;
  if (!isJsonObject(metadata)) return given;
  const owners = Object.hasOwn(metadata, 'managedFields') ? metadata['managedFields'] : undefined;
  if (!Array.isArray(owners) || owners.length > 0) return given;
  return { ...given, metadata: { ...given.metadata, managedFields: [{}] } };
}
