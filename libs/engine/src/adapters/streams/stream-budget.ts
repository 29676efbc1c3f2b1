/** Bytes a slow reader of a stream may leave unread before its stream is ended; it will list and watch again. */
export const STREAM_BUDGET_BYTES = 16 * 1024 * 1024;
