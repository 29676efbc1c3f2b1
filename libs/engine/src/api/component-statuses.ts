import type { StoredObject } from '../store/stored-object.js';
import type { ApiContext } from './api-context.js';
import { notFound } from './api-error.js';
import type { FullResponse } from './api-request.js';
import { negotiate } from './negotiation.js';
import type { ResourceRequest } from './resource-handler.js';
import { listResponse, objectResponse } from './respond.js';

/** The parts a control plane has; here they are one process, which answers, so they are well. */
const PARTS: readonly StoredObject[] = [
  ['controller-manager', 'ok'],
  ['etcd-0', 'ok'],
  ['scheduler', 'ok'],
].map(([name = '', message]) => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message }],
}));

/** `GET /api/v1/componentstatuses`. */
export function answerComponentStatuses(
  { store, clock }: ApiContext,
  { info, request, resource }: ResourceRequest,
): FullResponse {
  const form = {
    resource,
    accepted: negotiate(request.header('accept'), true),
    parameters: request.query,
    nowMs: clock.now(),
  };
  if (info.verb === 'list')
    return listResponse({ objects: PARTS, resourceVersion: String(store.revision) }, form);
  const found = PARTS.find(({ metadata }) => metadata.name === info.name);
  if (!found) throw notFound(resource, info.name);
  return objectResponse(200, found, form);
}
