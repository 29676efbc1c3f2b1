/** A start that takes longer is one that people wonder about. */
const TOLD_EVERY_MS = 3_000;

/** Tells how far a restore has come, often enough that nobody thinks that nothing happens. */
export class RestoreProgress {
  readonly #tell: (facts: { objects: number; replayed: number }) => void;
  readonly #now: () => number;
  #told: number;

  constructor(
    tell: (facts: { objects: number; replayed: number }) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#tell = tell;
    this.#now = now;
    this.#told = now();
  }

  /** Called after each part that was read. */
  readonly onRead = (objects: number, replayed: number): void => {
    if (this.#now() - this.#told < TOLD_EVERY_MS) return;
    this.#told = this.#now();
    this.#tell({ objects, replayed });
  };
}
