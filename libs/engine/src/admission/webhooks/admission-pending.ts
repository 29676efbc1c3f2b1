/**
 * Thrown out of a request that can't be answered before webhooks have: those of admission, or one that converts. Nothing has been changed; the same write, tried
 * again after `whenAnswered`, finds the answers. It is no refusal, and so no ApiError.
 */
export class AdmissionPending extends Error {
  readonly #subscribe: (callback: () => void) => void;

  constructor(subscribe: (callback: () => void) => void) {
    super('the request waits for the answer of a webhook');
    this.name = 'AdmissionPending';
    this.#subscribe = subscribe;
  }

  /** Calls back once, when every webhook this write waits for has answered or failed. */
  whenAnswered(callback: () => void): void {
    this.#subscribe(callback);
  }
}
