/** Waits until everything up to a revision is on disk. */
export type Durable = (revision: number) => Promise<void>;

/**
 * Holds back what tells the world of a change until the change is durable: nobody hears of a write that a crash could take
 * back. Tasks run in the order they came; with nothing to wait for, at once. One wait serves everybody who waits.
 */
export class DurableGate {
  readonly #store: { readonly revision: number };
  readonly #durable: Durable;
  readonly #onFailure: () => void;
  #durableRevision: number;
  #queue: (() => void)[] = [];
  #waiting = false;

  /** What the store holds now counts as durable. `onFailure` hears when a wait fails; its tasks never run. */
  constructor(store: { readonly revision: number }, durable: Durable, onFailure: () => void) {
    this.#store = store;
    this.#durable = durable;
    this.#onFailure = onFailure;
    this.#durableRevision = store.revision;
  }

  run(task: () => void): void {
    if (!this.#waiting && this.#store.revision <= this.#durableRevision) return task();
    this.#queue.push(task);
    if (!this.#waiting) this.#wait();
  }

  /** Resolves when what happened up to `revision` is durable; rejects when that can't be known. Undefined: it is already. */
  reached(revision: number): Promise<void> | undefined {
    if (revision <= this.#durableRevision) return undefined;
    return this.#durable(revision).then(() => {
      this.#durableRevision = Math.max(this.#durableRevision, revision);
    });
  }

  #wait(): void {
    this.#waiting = true;
    const { revision } = this.#store;
    const batch = this.#queue;
    this.#queue = [];
    this.#durable(revision).then(
      () => {
        this.#durableRevision = Math.max(this.#durableRevision, revision);
        for (const task of batch) task();
        this.#waiting = false;
        if (this.#queue.length > 0) this.#wait();
      },
      () => {
        this.#waiting = false;
        this.#queue = [];
        this.#onFailure();
      },
    );
  }
}
