/** Failures of one account from one address before it has to wait, and how long the first wait is. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** An address that guesses at many accounts, and an account that is guessed at from many addresses. */
const FREE_FAILURES_OF_ADDRESS = 30;
const FREE_FAILURES_OF_ACCOUNT = 60;
/** Failures are forgotten after this long without another. */
const FORGET_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;

interface Failures {
  count: number;
  last: number;
}

/**
 * Slows guessing down: per account and address, per address, and (much later, and never for longer than five
 * minutes, so that nobody can be locked out for good) per account.
 */
export class LoginLimit {
  readonly #failures = new Map<string, Failures>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Milliseconds until the next try is allowed; 0 when it is now. */
  waitMs(account: string, address: string): number {
    return Math.max(...this.#keys(account, address).map(([key, free]) => this.#waitOf(key, free)));
  }

  failed(account: string, address: string): void {
    for (const [key] of this.#keys(account, address)) {
      const entry = this.#failures.get(key);
      this.#failures.delete(key);
      const fresh = entry !== undefined && this.now() - entry.last <= FORGET_MS;
      this.#failures.set(key, { count: fresh ? entry.count + 1 : 1, last: this.now() });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MAX_ENTRIES) break;
      this.#failures.delete(key);
    }
  }

  /** Forgets the failures of this account from this address; those of the address and the account stay. */
  succeeded(account: string, address: string): void {
    this.#failures.delete(pairKey(account, address));
  }

  #keys(account: string, address: string): [string, number][] {
    return [
      [pairKey(account, address), FREE_FAILURES],
      [`address ${address}`, FREE_FAILURES_OF_ADDRESS],
      [`account ${account.slice(0, 128)}`, FREE_FAILURES_OF_ACCOUNT],
    ];
  }

  #waitOf(key: string, free: number): number {
    const entry = this.#failures.get(key);
    if (!entry || entry.count < free || this.now() - entry.last > FORGET_MS) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(entry.count - free, 20), LONGEST_WAIT_MS);
    return Math.max(0, entry.last + wait - this.now());
  }
}

function pairKey(account: string, address: string): string {
  return `pair ${account.slice(0, 128)} ${address}`;
}
