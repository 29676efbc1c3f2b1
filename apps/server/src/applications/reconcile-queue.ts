/** Names handled at the same time: most of the time of one goes by waiting for disks and threads. */
const CONCURRENCY = 16;
/** One that takes longer waits for somebody else, such as a Git server that hangs: it makes room for others. */
const SLOW_AFTER_MS = 250;
/** Names of one group (a repository) at the same time: all of them may come to wait for the same server. */
const GROUP_CONCURRENCY = 8;
/** All at the same time, the slow ones too: each holds little more than a promise and what it has rendered. */
const MOST_RUNNING = 256;
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
  readonly #groupOf: (name: string) => string;
  /** Names by group; the groups take turns. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #queued = new Set<string>();
  readonly #running = new Map<string, { readonly group: string; isSlow: boolean }>();
  readonly #runningOfGroup = new Map<string, number>();
  #slow = 0;
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly dueAt: number }>();
  readonly #failures = new Map<string, number>();
  /** Who waits for the next handling of a name. */
  readonly #waiters = new Map<string, (() => void)[]>();
  #idle: (() => void)[] = [];
  #stopped = false;

  /** @param groupOf what a name is likely to wait for: the names of one group can't keep those of others waiting. */
  constructor(
    reconcile: Reconcile,
    onError: (name: string, error: unknown) => void,
    groupOf: (name: string) => string = () => '',
  ) {
    this.#reconcile = reconcile;
    this.#onError = onError;
    this.#groupOf = groupOf;
  }

  add(name: string): void {
    if (this.#stopped) return;
    if (this.#running.has(name)) this.#again.add(name);
    else {
      this.#enqueue(name);
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
    const dueAt = performance.now() + delayMs;
    const present = this.#timers.get(name);
    // the sooner of two counts: whoever wants the later one asks again after a look
    if (this.#stopped || (present && present.dueAt <= dueAt)) return;
    clearTimeout(present?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      this.add(name);
    }, delayMs);
    timer.unref();
    this.#timers.set(name, { timer, dueAt });
  }

  /** Resolves when nothing waits or runs. */
  async settled(): Promise<void> {
    if (this.#waiting.size + this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    this.#queued.clear();
    this.#again.clear();
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    await this.settled();
    for (const name of Array.from(this.#waiters.keys())) this.#release(this.#take(name));
  }

  #enqueue(name: string): void {
    if (this.#queued.has(name)) return;
    this.#queued.add(name);
    const group = this.#groupOf(name);
    const names = this.#waiting.get(group);
    if (names) names.add(name);
    else this.#waiting.set(group, new Set([name]));
  }

  #pump(): void {
    for (let next = this.#next(); next; next = this.#next()) void this.#handle(...next);
    if (this.#waiting.size + this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Takes the name whose turn it is out of those that wait. */
  #next(): [name: string, group: string] | undefined {
    if (this.#running.size - this.#slow >= CONCURRENCY || this.#running.size >= MOST_RUNNING)
      return undefined;
    for (const [group, names] of this.#waiting) {
      const running = this.#runningOfGroup.get(group) ?? 0;
      if (running >= GROUP_CONCURRENCY) continue;
      const [name = ''] = names;
      names.delete(name);
      this.#queued.delete(name);
      // behind the others, so that a large group doesn't keep the small ones waiting
      this.#waiting.delete(group);
      if (names.size > 0) this.#waiting.set(group, names);
      this.#running.set(name, { group, isSlow: false });
      this.#runningOfGroup.set(group, running + 1);
      return [name, group];
    }
    return undefined;
  }

  async #handle(name: string, group: string): Promise<void> {
    const slow = setTimeout(() => {
      const running = this.#running.get(name);
      if (!running) return;
      running.isSlow = true;
      this.#slow++;
      this.#pump();
    }, SLOW_AFTER_MS);
    slow.unref();
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
    clearTimeout(slow);
    if (this.#running.get(name)?.isSlow) this.#slow--;
    this.#running.delete(name);
    const ofGroup = (this.#runningOfGroup.get(group) ?? 1) - 1;
    if (ofGroup > 0) this.#runningOfGroup.set(group, ofGroup);
    else this.#runningOfGroup.delete(group);
    this.#release(waiters);
    if (this.#again.delete(name)) this.#enqueue(name);
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
