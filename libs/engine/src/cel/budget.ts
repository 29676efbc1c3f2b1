/** What one expression may cost when it runs (apiserver apis/cel/config.go). */
export const PER_CALL_LIMIT = 1_000_000;

/** What all expressions about one request may cost together. */
export const RUNTIME_BUDGET = 10_000_000;

/**
 * Items of lists and maps one expression may copy or compare. Joining lists and comparing deep values costs next to nothing
 * by Kubernetes' count, since its lists share what they are made of; ours are copied, so that has an end of its own.
 */
const MOST_WORK = 3_000_000;

/** Thrown when an expression has done too much. Nothing inside the expression can catch it. */
export class CelCostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
    this.name = 'CelCostExceeded';
  }
}

/** What an expression has cost so far, counted in cel-go's units, and where it stops. */
export class Budget {
  readonly #limit: number;
  #work = 0;
  spent = 0;

  constructor(limit = PER_CALL_LIMIT) {
    this.#limit = limit;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.#limit) throw new CelCostExceeded();
  }

  /** For copying or comparing so many items. */
  work(items: number): void {
    this.#work += items;
    if (this.#work > MOST_WORK) throw new CelCostExceeded();
  }
}
