/** What the server says when it refuses: a code to look up, a sentence, and the HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const NEXT_STEPS: Record<number, string> = {
  0: 'Check that the server is running and reachable from this browser; the page retries by itself.',
  401: 'Sign in again.',
  403: 'Ask an administrator for a role that allows this.',
  404: 'It may have been deleted meanwhile. Go back to the list.',
  409: 'Someone else changed it at the same time. Reload and try again.',
  413: 'The request is too large. Send less at once.',
  429: 'Too many attempts. Wait a moment and try again.',
};

/** The server speaks to users of REST, too; here the same is a page. */
const ADVICE_FOR_PROGRAMS = / List them with GET \/api\/\S+$/;

/** What a person can do about an error. */
export function nextStep(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Reload the page. If it happens again, report it with the sentence above.';
  if (error.status >= 500) return 'The server failed. Try again; its log has the details under this code.';
  return NEXT_STEPS[error.status] ?? 'Correct the request and try again.';
}

/** The code and sentence of anything thrown. */
export function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof ApiError)
    return { code: error.code, message: error.message.replace(ADVICE_FOR_PROGRAMS, '') };
  return { code: 'CLIENT_ERROR', message: error instanceof Error ? error.message : String(error) };
}
