import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import { AuthenticationPending } from '../auth/authentication-pending.js';
import type { HttpAnswer, HttpRequest } from '../runtime/container-runtime.js';
import { ApiError } from './api-error.js';
import { isStream, type ApiRequest, type FullResponse } from './api-request.js';
import type { ApiServer } from './api-server.js';
import { errorResponse } from './respond.js';

/**
 * The API as containers reach it, at the address of the service `default/kubernetes`: with the token they send, and with no
 * more rights than it has. What can't be answered at once (a watch, a write that waits for a webhook, what another server serves) is refused and says so.
 */
export function answerContainers(
  api: Pick<ApiServer, 'handle' | 'passedOn'>,
): (request: HttpRequest) => HttpAnswer {
  return (request) => {
    const { status, headers, body, warnings = [] } = answered(api, toApiRequest(request));
    return {
      status,
      headers: {
        ...headers,
        ...(warnings.length > 0 && { warning: warnings.map((text) => `299 - "${text}"`).join(', ') }),
      },
      body,
    };
  };
}

function answered(api: Pick<ApiServer, 'handle' | 'passedOn'>, request: ApiRequest): FullResponse {
  try {
    const passed = api.passedOn(request);
    if (passed)
      return 'status' in passed
        ? passed
        : refusal('what another server answers can not be asked for from inside a simulated container');
    const response = api.handle(request);
    if (!isStream(response)) return response;
    return refusal('watches and followed logs can not be read from inside a simulated container');
  } catch (error) {
    if (error instanceof AuthenticationPending)
      return refusal('tokens of an outside issuer can not be used from inside a simulated container');
    if (!(error instanceof AdmissionPending)) throw error;
    return refusal('a write that waits for a webhook can not be made from inside a simulated container');
  }
}

const refusal = (message: string): FullResponse => errorResponse(new ApiError(501, '', message, {}));

function toApiRequest({ method, url, headers, body = new Uint8Array() }: HttpRequest): ApiRequest {
  const mark = url.indexOf('?');
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    header: (name) => named.get(name),
    headers: (name) => [named.get(name) ?? []].flat(),
    headerNames: () => [...named.keys()],
    body,
  };
}
