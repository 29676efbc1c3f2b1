/** More waits only while the database is away: then who listens gets the whole state afterwards. */
const MAX_WAITING = 20_000;

/** How a lane is told what to do. */
export interface EventLaneOptions<Item> {
  /** Resolves when everything written up to now is durable; rejects when that can't be any more. */
  readonly durable: () => Promise<void>;
  readonly deliver: (item: Item) => void | Promise<void>;
  /** The lane has ended by itself: it can't promise order without gaps any more. */
  readonly onBroken: () => void;
}

/**
 * Hands on what happens in its order, and only after it is durable: nobody is told of a change that a crash could take
 * back. It stands still until it is opened.
 */
export class EventLane<Item> {
  readonly #options: EventLaneOptions<Item>;
  #waiting: Item[] = [];
  #isOpen = false;
  #isMoving = false;
  #hasEnded = false;

  constructor(options: EventLaneOptions<Item>) {
    this.#options = options;
  }

  push(item: Item): void {
    if (this.#hasEnded) return;
    if (this.#waiting.length >= MAX_WAITING) return this.#break();
    this.#waiting.push(item);
    if (this.#isOpen) void this.#move();
  }

  /** What came up to now is handed on, and from now on everything. */
  open(): void {
    this.#isOpen = true;
    void this.#move();
  }

  end(): void {
    this.#hasEnded = true;
    this.#waiting = [];
  }

  async #move(): Promise<void> {
    if (this.#isMoving) return;
    this.#isMoving = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        await this.#options.durable();
        for (const item of batch) if (!this.#hasEnded) await this.#options.deliver(item);
      }
    } catch {
      this.#break();
    }
    this.#isMoving = false;
  }

  #break(): void {
    if (this.#hasEnded) return;
    this.end();
    this.#options.onBroken();
  }
}
