import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { ApiRequest, ApiResponse } from '../api/api-request.js';
import type { ApiServer } from '../api/api-server.js';
import { errorResponse } from '../api/respond.js';
import { inTurns } from './in-turns.js';
import { untilAuthenticated } from './until-authenticated.js';
import type { WaitingRoom } from './waiting-room.js';
import { withWebhooks } from './with-webhooks.js';

/** What answers requests. */
export interface Answering {
  readonly api: Pick<ApiServer, 'handle'>;
  readonly webhooks: Webhooks;
  readonly room: WaitingRoom;
}

/** Answers a request when everybody it has to wait for has answered; whom that takes too long, or too many wait, is told so. Never rejects. */
export async function answerRequest(
  { api, webhooks, room }: Answering,
  request: ApiRequest,
): Promise<ApiResponse> {
  try {
    return await room.run(() =>
      inTurns(() => untilAuthenticated(() => withWebhooks(webhooks, () => api.handle(request)))),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
