import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import type { Clock, Timer } from '../clock.js';

/** First and longest wait before a failed key is tried again (client-go's default item limiter). */
const FIRST_BACKOFF_MS = 5;
const LONGEST_BACKOFF_MS = 1_000_000;

/** What a reconcile asks for. */
export interface ReconcileResult {
  /** Look again after this many milliseconds even if nothing changes. */
  readonly requeueAfterMs?: number;
}

/**
 * A queue of names: a key waits at most once, however often it is added, and is handed to `reconcile` on a turn of its
 * own. A reconcile that throws is tried again, later each time; one that returns is forgotten.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #reconcile: (key: string) => ReconcileResult | undefined | void;
  readonly #onError: (key: string, error: unknown) => void;
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #later = new Map<string, { timer: Timer; dueMs: number }>();
  #scheduled = false;
  #stopped = false;

  constructor(
    clock: Clock,
    reconcile: (key: string) => ReconcileResult | undefined | void,
    onError: (key: string, error: unknown) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#reconcile = reconcile;
    this.#onError = onError;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.defer(this.#drain);
  }

  /** Adds `key` after a delay; of several delays the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) return this.add(key);
    const dueMs = this.#clock.now() + delayMs;
    const pending = this.#later.get(key);
    if (pending && pending.dueMs <= dueMs) return;
    pending?.timer.cancel();
    const timer = this.#clock.after(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { timer, dueMs });
  }

  /** Number of keys waiting for their turn. */
  get length(): number {
    return this.#waiting.size;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { timer } of this.#later.values()) timer.cancel();
    this.#later.clear();
  }

  readonly #drain = (): void => {
    this.#scheduled = false;
    for (const key of this.#waiting) {
      if (this.#stopped) return;
      if (this.#clock.shouldYield()) {
        this.#scheduled = true;
        this.#clock.defer(this.#drain);
        return;
      }
      this.#waiting.delete(key);
      this.#process(key);
    }
  };

  #process(key: string): void {
    try {
      const result = this.#reconcile(key);
      this.#failures.delete(key);
      if (result?.requeueAfterMs !== undefined) this.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      if (error instanceof AdmissionPending) return error.whenAnswered(() => this.add(key));
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#onError(key, error);
      this.addAfter(key, Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures));
    }
  }
}
