import type { AdmissionRequest } from '../api/operations.js';
import type { Pod } from '../types/index.js';

/** The pod that is being created; undefined for every other request. */
export function createdPod({ operation, resource, subresource, object }: AdmissionRequest): Pod | undefined {
  const isPod = resource.group === '' && resource.resource === 'pods' && subresource === undefined;
  return isPod && operation === 'CREATE' ? (object as Pod) : undefined;
}
