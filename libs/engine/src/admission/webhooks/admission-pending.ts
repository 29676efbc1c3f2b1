/**
 * Thrown out of a write that can't be decided before webhooks have answered. Nothing has been changed; the same write, tried
 * again after `whenAnswered`, finds the answers. It is no refusal, and so no ApiError.
 */
export class AdmissionPending extends Error {
  readonly #subscribe: (callback: () => void) => void;

  constructor(subscribe: (callback: () => void) => void) {
    super('the write waits for the answer of an admission webhook');
    this.name = 'AdmissionPending';
    this.#subscribe = subscribe;
  }

  /** Calls back once, when every webhook this write waits for has answered or failed. */
  whenAnswered(callback: () => void): void {
    this.#subscribe(callback);
  }
}
