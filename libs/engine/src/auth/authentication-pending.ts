/**
 * Thrown out of a request whose token can't be judged before somebody else has answered (the keys of its issuer, for one). Nothing
 * has been changed; the same request, tried again after `answered`, finds the verdict. It is no refusal, and so no ApiError.
 */
export class AuthenticationPending extends Error {
  /** Settles when the verdict is there. Never rejects. */
  readonly answered: Promise<void>;

  constructor(answered: Promise<void>) {
    super('the request waits for the verdict on its token');
    this.name = 'AuthenticationPending';
    this.answered = answered;
  }
}
