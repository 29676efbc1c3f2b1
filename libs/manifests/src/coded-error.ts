/** Where an error was found. Every part is optional; what is known is shown. */
export interface ErrorPlace {
  /** Path inside the source tree. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** An object such as `Deployment default/web`. */
  readonly object?: string;
  /** A field path such as `spec.replicas`. */
  readonly field?: string;
}

/**
 * An error with a stable code. The message says what was tried, what is wrong and what to do next;
 * `place` says where. Secrets must never be part of either.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly place: ErrorPlace;

  constructor(code: string, message: string, place: ErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodedError';
    this.code = code;
    this.place = place;
  }
}
