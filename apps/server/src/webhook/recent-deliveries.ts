/** Senders repeat a delivery within minutes when they miss the answer. */
const REMEMBER_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Remembers which deliveries came, so that a repeated one does nothing. */
export class RecentDeliveries {
  readonly #seen = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Was this id seen lately? Remembers it. */
  isRepeated(id: string): boolean {
    const at = this.now();
    for (const [old, seenAt] of this.#seen) {
      if (at - seenAt <= REMEMBER_MS && this.#seen.size < MAX_REMEMBERED) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) return true;
    this.#seen.set(id, at);
    return false;
  }
}
