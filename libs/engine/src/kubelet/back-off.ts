/** A wait that doubles with every failure: 10 s to 5 min, forgotten after 10 minutes without (client-go flowcontrol.Backoff). */
export class BackOff {
  static readonly firstMs = 10_000;
  static readonly longestMs = 300_000;
  #delayMs = 0;
  #updatedMs = 0;

  /** Continues a back-off from what is known of the past: the number of failures so far and when the last try began. */
  static after(failures: number, lastTryMs: number): BackOff {
    const backOff = new BackOff();
    if (failures > 0) {
      backOff.#delayMs = Math.min(BackOff.longestMs, BackOff.firstMs * 2 ** Math.min(10, failures - 1));
      backOff.#updatedMs = lastTryMs;
    }
    return backOff;
  }

  /** The wait in force. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** How long to wait from `failedMs`; 0 when nothing is in force (any more) at that time. */
  waitFrom(failedMs: number): number {
    return this.#isExpired(failedMs) ? 0 : this.#delayMs;
  }

  /** Notes a new try at `nowMs` after a failure at `failedMs`: the next wait is twice as long. */
  next(failedMs: number, nowMs: number): void {
    this.#delayMs =
      this.#delayMs === 0 || this.#isExpired(failedMs)
        ? BackOff.firstMs
        : Math.min(BackOff.longestMs, this.#delayMs * 2);
    this.#updatedMs = nowMs;
  }

  #isExpired(atMs: number): boolean {
    return this.#delayMs === 0 || atMs - this.#updatedMs > 2 * BackOff.longestMs;
  }
}

/** `10s`, `2m40s`: a duration as Go prints it. */
export function formatGoDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0s' : `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
