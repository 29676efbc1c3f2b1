/** How much work a render may do. */
export interface BudgetLimits {
  /** Nodes walked and functions called. */
  readonly steps: number;
  /** UTF-16 units written or built, over all templates and functions. */
  readonly output: number;
  /** Asked now and then; true ends the render. */
  readonly expired?: (() => boolean) | undefined;
}

/** A render that asked for more than its budget. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
}

const STEPS_BETWEEN_CLOCK_READS = 2048;

/** Counts the work of one render and ends it when the budget is spent. */
export class Budget {
  #steps = 0;
  #output = 0;

  constructor(readonly limits: BudgetLimits) {}

  step(): void {
    if (++this.#steps > this.limits.steps) {
      throw new BudgetError(`the template took more than ${this.limits.steps} steps`);
    }
    if (this.#steps % STEPS_BETWEEN_CLOCK_READS === 0) this.#readClock();
  }

  /** Claims the work of a function that looks at so many values. */
  steps(count: number): void {
    const before = Math.floor(this.#steps / STEPS_BETWEEN_CLOCK_READS);
    this.#steps += count;
    this.step();
    if (Math.floor(this.#steps / STEPS_BETWEEN_CLOCK_READS) !== before) this.#readClock();
  }

  /** Claims room for text about to be made, before it is made. */
  write(length: number): void {
    this.#output += length;
    if (this.#output > this.limits.output) {
      throw new BudgetError(`the template made more than ${this.limits.output} characters of text`);
    }
    if (length > 65_536) this.#readClock();
  }

  #readClock(): void {
    if (this.limits.expired?.()) throw new BudgetError('the template ran out of time');
  }
}
