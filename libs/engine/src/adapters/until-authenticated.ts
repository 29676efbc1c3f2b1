import { ApiError } from '../api/api-error.js';
import { AuthenticationPending } from '../auth/authentication-pending.js';

/** Tokens one request may ask about: its own, and that of a TokenReview. One more each, should a verdict end meanwhile. */
const MOST_TRIES = 4;

/** Runs a request, and runs it again when the verdict on its token was not there yet. */
export async function untilAuthenticated<T>(action: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof AuthenticationPending)) throw error;
      await error.answered;
    }
  }
  throw new ApiError(504, 'Timeout', 'Timeout: request did not complete within requested timeout');
}
