/**
 * Thrown out of a request that can't be answered before webhooks have: those of admission, or one that converts. Nothing has been changed; the same write, tried
 * again after `whenAnswered`, finds the answers. It is no refusal, and so no ApiError.
 */
export class AdmissionPending extends Error {
  /** Names of the webhooks it waits for. */
  readonly webhooks: readonly string[];
  readonly #subscribe: (callback: () => void) => void;

  constructor(webhooks: readonly string[], subscribe: (callback: () => void) => void) {
    super(`the request waits for the answer of ${webhooks.join(', ')}`);
    this.name = 'AdmissionPending';
    this.webhooks = webhooks;
    this.#subscribe = subscribe;
  }

  /** Calls back once, when every webhook this write waits for has answered or failed. */
  whenAnswered(callback: () => void): void {
    this.#subscribe(callback);
  }
}
