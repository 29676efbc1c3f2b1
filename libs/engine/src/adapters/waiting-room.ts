import { ApiError } from '../api/api-error.js';

/**
 * Requests of clients that may wait at a time for what others answer, webhooks above all: as many as kube-apiserver serves at a time
 * (`--max-requests-inflight` and `--max-mutating-requests-inflight` together). Each holds its body until then.
 */
const MOST_WAITING = 600;

/** Keeps the number of requests small that wait for others; who finds it full is to come again. */
export class WaitingRoom {
  readonly #most: number;
  #waiting = 0;

  constructor(most = MOST_WAITING) {
    this.#most = most;
  }

  /** Runs a request. Rejects with 429 when too many wait already. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) {
      throw new ApiError(429, 'TooManyRequests', 'too many requests, please try again later', {
        retryAfterSeconds: 1,
      });
    }
    this.#waiting++;
    try {
      return await action();
    } finally {
      this.#waiting--;
    }
  }
}
