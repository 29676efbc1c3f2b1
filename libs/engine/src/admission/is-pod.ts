import type { AdmissionRequest } from './admission-request.js';
import type { Pod } from '../types/index.js';

/** True for requests about a pod, not about a part of one. */
export function isPodItself({ resource, subresource }: AdmissionRequest): boolean {
  return resource.group === '' && resource.resource === 'pods' && subresource === undefined;
}

/** The pod that is being created; undefined for every other request. */
export function createdPod(request: AdmissionRequest): Pod | undefined {
  return isPodItself(request) && request.operation === 'CREATE' ? (request.object as Pod) : undefined;
}
