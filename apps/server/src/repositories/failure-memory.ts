/** A failure is the answer for this long, twice as long with every further one, up to a limit the caller gives. */
const FIRST_FAILURE_MS = 1_000;
/** Failures that are remembered for one repository. */
const MAX_FAILURES = 100;

/** Remembers what failed a moment ago, so that a thousand applications that ask for the same get one answer from one try. */
export class FailureMemory {
  readonly #failures = new Map<
    string,
    { readonly error: unknown; readonly until: number; readonly pauseMs: number }
  >();

  /** Does work that may fail (`what` names it), unless it failed just now. */
  async tryOnce<T>(what: string, longestPauseMs: number, work: () => Promise<T>): Promise<T> {
    const failed = this.#failures.get(what);
    if (failed && failed.until > Date.now()) throw failed.error;
    try {
      const result = await work();
      this.#failures.delete(what);
      return result;
    } catch (error) {
      const pauseMs = Math.min(failed ? failed.pauseMs * 2 : FIRST_FAILURE_MS, longestPauseMs);
      if (this.#failures.size >= MAX_FAILURES) this.#failures.clear();
      this.#failures.set(what, { error, until: Date.now() + pauseMs, pauseMs });
      throw error;
    }
  }

  /** The next try is made at once. */
  forget(): void {
    this.#failures.clear();
  }
}
