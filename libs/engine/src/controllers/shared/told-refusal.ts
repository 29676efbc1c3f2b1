import { isApiError, type ApiError } from '../../api/api-error.js';
import type { Client } from '../../clients/client.js';
import type { ResourceType } from '../../clients/resource-type.js';
import type { StoredObject } from '../../store/stored-object.js';

/** What a controller was refused and has told of by an event: its key is tried again, but the controller has not failed. */
export class ToldRefusal extends Error {}

/** True for a write that is refused because its namespace is on its way out: trying again would only fill the log. */
export function isOfTerminatingNamespace({ status }: ApiError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
}

/** Creates what follows from an object, unless both are about to go with their namespace. */
export function createUnlessTerminating<T extends StoredObject>(
  client: Client,
  type: ResourceType<T>,
  object: T,
): void {
  try {
    client.create(type, object);
  } catch (error) {
    if (!isApiError(error) || !isOfTerminatingNamespace(error)) throw error;
  }
}

/** What to throw once an event has told of an error: a refusal (4xx) as such, anything else as the failure it is. */
export function told(error: ApiError): Error {
  return error.code >= 400 && error.code < 500 ? new ToldRefusal(error.message, { cause: error }) : error;
}
