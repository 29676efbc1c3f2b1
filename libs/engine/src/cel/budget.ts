/** What one expression may cost when it runs (apiserver apis/cel/config.go). */
export const PER_CALL_LIMIT = 1_000_000;

/** What all expressions about one request may cost together. */
export const RUNTIME_BUDGET = 10_000_000;

/** The cost of looking at a letter, as cel-go counts it. */
const PER_LETTER = 0.1;

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
  spent = 0;

  constructor(limit = PER_CALL_LIMIT) {
    this.#limit = limit;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.#limit) throw new CelCostExceeded();
  }

  /** For going once through so many letters. */
  read(letters: number): void {
    this.spend(Math.ceil(letters * PER_LETTER));
  }
}
