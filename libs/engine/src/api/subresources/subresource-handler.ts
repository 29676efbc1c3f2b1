import type { ApiContext } from '../api-context.js';
import type { ApiResponse } from '../api-request.js';
import { ApiError } from '../api-error.js';
import { methodNotAllowed, type ResourceHandler, type ResourceRequest } from '../resource-handler.js';
import { handleScale } from './scale.js';

/** Subresources whose body is the object itself. */
const OBJECT_SUBRESOURCES = new Set(['status', 'finalize', 'approval', 'ephemeralcontainers', 'resize']);

/** Requests below a named object: status, scale, log, exec and the rest. */
export class SubresourceHandler {
  readonly #context: ApiContext;
  readonly #resources: ResourceHandler;

  constructor(context: ApiContext, resources: ResourceHandler) {
    this.#context = context;
    this.#resources = resources;
  }

  handle(call: ResourceRequest): ApiResponse {
    const { info, resource } = call;
    const found = resource.subresources.find(({ name }) => name === info.subresource);
    if (!found) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    if (!found.verbs.includes(info.verb)) throw methodNotAllowed();
    if (OBJECT_SUBRESOURCES.has(found.name)) return this.#resources.handle(call);
    switch (found.name) {
      case 'scale':
        return handleScale(this.#context, call);
      default:
        throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    }
  }
}
