import type { StoredObject } from '../store/stored-object.js';
import { IMMUTABLE, invalidValue } from '../registry/field-errors.js';
import { badRequest, invalid, type ErrorSubject } from './api-error.js';
import { unnamed } from './check-object.js';

/** Refuses a patch that takes an object its name, or makes another of it. */
export function checkPatchedIdentity(
  resource: ErrorSubject,
  { metadata }: StoredObject,
  { metadata: old }: StoredObject,
): void {
  const { name: ownName = '' } = old;
  if (typeof metadata !== 'object' || metadata === null || !metadata.name) throw unnamed(ownName);
  if (metadata.name !== ownName)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${ownName})`,
    );
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== old.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (metadata.uid && metadata.uid !== old.uid) {
    // Kubernetes finds it twice, and lists it twice.
    const immutable = invalidValue('metadata.uid', metadata.uid, IMMUTABLE);
    throw invalid(resource, ownName, [immutable, immutable]);
  }
}
