/** Names handled at the same time: most of the time of one goes by waiting for disks and threads. */
const CONCURRENCY = 16;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;

/** Handles one name. Throwing means: again, later. */
export type Reconcile = (name: string) => Promise<void>;

/**
 * A queue of names: a name waits at most once, is never handled twice at a time, and is handled again when it was
 * added meanwhile. Nothing but the name is kept, so what is done is decided by the state of the moment.
 */
export class ReconcileQueue {
  readonly #reconcile: Reconcile;
  readonly #onError: (name: string, error: unknown) => void;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failures = new Map<string, number>();
  /** Who waits for the next handling of a name. */
  readonly #waiters = new Map<string, (() => void)[]>();
  #idle: (() => void)[] = [];
  #stopped = false;

  constructor(reconcile: Reconcile, onError: (name: string, error: unknown) => void) {
    this.#reconcile = reconcile;
    this.#onError = onError;
  }

  add(name: string): void {
    if (this.#stopped) return;
    if (this.#running.has(name)) this.#again.add(name);
    else {
      this.#waiting.add(name);
      this.#pump();
    }
  }

  /** Adds a name; resolves when a handling that began afterwards has ended, well or not, or the queue stops. */
  async addAndWait(name: string): Promise<void> {
    if (this.#stopped) return;
    const done = new Promise<void>((resolve) => {
      const waiters = this.#waiters.get(name);
      if (waiters) waiters.push(resolve);
      else this.#waiters.set(name, [resolve]);
    });
    this.add(name);
    await done;
  }

  /** Adds a name after a while; an earlier appointment stays. */
  addAfter(name: string, delayMs: number): void {
    if (this.#stopped || this.#timers.has(name)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      this.add(name);
    }, delayMs);
    timer.unref();
    this.#timers.set(name, timer);
  }

  /** Resolves when nothing waits or runs. */
  async settled(): Promise<void> {
    if (this.#waiting.size + this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    this.#again.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.settled();
    for (const name of Array.from(this.#waiters.keys())) this.#release(this.#take(name));
  }

  #pump(): void {
    for (const name of this.#waiting) {
      if (this.#running.size >= CONCURRENCY) return;
      this.#waiting.delete(name);
      this.#running.add(name);
      void this.#handle(name);
    }
    if (this.#waiting.size + this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #handle(name: string): Promise<void> {
    // a turn of its own: many events of one moment become one reconcile
    await new Promise<void>((resolve) => setImmediate(resolve));
    const waiters = this.#take(name);
    try {
      await this.#reconcile(name);
      this.#failures.delete(name);
    } catch (error) {
      const failures = (this.#failures.get(name) ?? 0) + 1;
      this.#failures.set(name, failures);
      this.#onError(name, error);
      this.addAfter(name, Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS));
    }
    this.#running.delete(name);
    this.#release(waiters);
    if (this.#again.delete(name)) this.#waiting.add(name);
    this.#pump();
  }

  #take(name: string): readonly (() => void)[] {
    const waiters = this.#waiters.get(name) ?? [];
    this.#waiters.delete(name);
    return waiters;
  }

  #release(waiters: readonly (() => void)[]): void {
    for (const resolve of waiters) resolve();
  }
}
