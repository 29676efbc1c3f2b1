import { inspect } from 'node:util';

/** What every secret prints as. */
export const REDACTED = '[redacted]';

/**
 * A value that must not be printed. It shows as `[redacted]` in logs, JSON, templates and inspection;
 * the only way to the value is `reveal()`, which is easy to find in a review.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call this only where it is handed to the one that needs it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
