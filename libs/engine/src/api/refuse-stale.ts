import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { goQuote } from '../registry/go-quote.js';
import { ApiError, conflict } from './api-error.js';

/** Throws a Conflict when a writer has seen another object, or another revision of it. */
export function refuseStale(resource: ResourceInfo, given: StoredObject, old: StoredObject): void {
  const { name = '', uid, resourceVersion } = given.metadata;
  if (uid && uid !== old.metadata.uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (namesRevision(given.metadata) && !isRevision(resourceVersion))
    throw new ApiError(
      500,
      '',
      `strconv.ParseUint: parsing ${goQuote(resourceVersion ?? '')}: invalid syntax`,
    );
  if (namesRevision(given.metadata) && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(
      resource,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
}

/** True when a writer says which revision it has seen; 0 says that it does not care. */
export function namesRevision({ resourceVersion }: StoredObject['metadata']): boolean {
  return resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0';
}

/** True for what can be a revision: a number. */
export function isRevision(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text);
}
