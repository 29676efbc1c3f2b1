import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import type { UserInfo } from '../auth/user-info.js';
import type { DeletionOptions } from '../clients/client.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { isApiError } from './api-error.js';
import type { Operations } from './operations.js';

/**
 * Deletes objects one after the other, up to the first that admission refuses, and answers the deleted ones. Admission is asked
 * about all of them before the first is touched: webhooks are waited for once, and trying again finds everything as it was.
 */
export function deleteCollection(
  operations: Operations,
  resource: ResourceInfo,
  objects: readonly StoredObject[],
  user: UserInfo,
  options: DeletionOptions,
): StoredObject[] {
  let pending: AdmissionPending | undefined;
  let refusal: { readonly error: unknown } | undefined;
  const admitted: StoredObject[] = [];
  for (const object of objects) {
    try {
      operations.admitDelete(resource, object, user, options);
      admitted.push(object);
    } catch (error) {
      if (!(error instanceof AdmissionPending)) {
        refusal = { error };
        break;
      }
      pending = error;
    }
  }
  if (pending) throw pending;
  const deleted: StoredObject[] = [];
  for (const object of admitted) {
    const { namespace, name = '' } = object.metadata;
    try {
      const removed = operations.delete(resource, namespace, name, user, { ...options, isAdmitted: true });
      // A rehearsal marks nothing.
      deleted.push(options.dryRun ? object : removed);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }
  if (refusal) throw refusal.error;
  return deleted;
}
