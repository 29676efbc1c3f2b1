/** A hidden tab gets no animation frames; its data still has to keep up. */
const HIDDEN_TAB_INTERVAL_MS = 250;

/** Collects values and hands them over together once per animation frame, so a burst costs one drawing. */
export class FrameBatch<T> {
  #pending: T[] = [];
  #scheduled = false;

  constructor(private readonly deliver: (values: T[]) => void) {}

  add(value: T): void {
    this.#pending.push(value);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.visibilityState === 'hidden') setTimeout(() => this.#flush(), HIDDEN_TAB_INTERVAL_MS);
    else requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const values = this.#pending;
    this.#pending = [];
    if (values.length > 0) this.deliver(values);
  }
}
