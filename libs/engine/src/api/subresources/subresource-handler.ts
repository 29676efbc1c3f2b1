import type { ApiContext } from '../api-context.js';
import type { ApiResponse } from '../api-request.js';
import { ApiError, badRequest } from '../api-error.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Pod } from '../../types/index.js';
import {
  methodNotAllowed,
  namespaceOf,
  type ResourceHandler,
  type ResourceRequest,
} from '../resource-handler.js';
import { storageOf } from '../conversion/conversions.js';
import { bindPod } from './binding.js';
import { evictPod } from './eviction.js';
import { podLog } from './pod-log.js';
import { proxyRequest } from './proxy.js';
import { requestToken } from './token-request.js';
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
    // What listens behind a proxy is asked in any way HTTP knows.
    const isProxied = found.name === 'proxy' && call.request.method === 'OPTIONS';
    if (!isProxied && !found.verbs.includes(info.verb)) throw methodNotAllowed();
    if (OBJECT_SUBRESOURCES.has(found.name)) return this.#resources.handle(call);
    if (resource.retired)
      return this.handle({ ...call, resource: storageOf(this.#context.registry, resource) });
    switch (found.name) {
      case 'scale':
        return handleScale(this.#context, call);
      case 'log':
        return podLog(this.#named(call) as Pod, call.request.query, this.#context);
      case 'binding':
        return bindPod(this.#context, call);
      case 'eviction':
        return evictPod(this.#context, call);
      case 'token':
        return requestToken(this.#context, call);
      case 'proxy':
        return proxyRequest(this.#context, call);
      case 'exec':
      case 'attach':
      case 'portforward':
        throw badRequest('Upgrade request required');
      default:
        throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    }
  }

  #named({ info, resource }: ResourceRequest): StoredObject {
    return this.#context.operations.get(resource, namespaceOf(info, resource), info.name);
  }
}
