/** Text that a pipe holds before those who write to it wait (pipe(7)). */
const CAPACITY = 64 * 1024;
/** Text that a pipe holds of commands that can't wait; the rest is lost. */
const MOST_HELD = 1024 * 1024;
/** Text read that is kept in front of what is not, so that not every line moves all. */
const MOST_READ_KEPT = 16 * 1024;

/** Thrown where somebody writes to a pipe that nobody reads any more (SIGPIPE). */
export class BrokenPipe extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'BrokenPipe';
  }
}

/** Text on its way from those who write it to the one who reads it. */
export class TextPipe {
  #text = '';
  #at = 0;
  #writers = 0;
  #isEnded = false;
  #isBroken = false;

  /** A pipe whose whole text is known. */
  static of(text: string): TextPipe {
    const pipe = new TextPipe();
    pipe.#text = text;
    pipe.#isEnded = true;
    return pipe;
  }

  get #left(): number {
    return this.#text.length - this.#at;
  }

  get isEmpty(): boolean {
    return this.#left === 0;
  }

  /** True when nothing more comes than is there. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** True when those who write have to wait; a line that has not ended is let in further, for who reads by lines waits for it. */
  get isFull(): boolean {
    return this.#left >= CAPACITY && this.hasLine;
  }

  /** True when a reader gets something, be it the end. */
  get isReady(): boolean {
    return !this.isEmpty || this.#isEnded;
  }

  get hasLine(): boolean {
    return this.#text.includes('\n', this.#at) || this.#isEnded || this.#left >= MOST_HELD;
  }

  /** Adds text; throws BrokenPipe when nobody reads. */
  write(text: string): void {
    if (this.#isBroken) throw new BrokenPipe();
    const room = MOST_HELD - this.#left;
    if (room > 0) this.#text += text.length > room ? text.slice(0, room) : text;
  }

  /** Notes one more who may write. */
  hold(): void {
    this.#writers++;
  }

  /** Notes that one of those will not write any more; the last one ends it. */
  release(): void {
    if (--this.#writers <= 0) this.#isEnded = true;
  }

  /** Nothing more comes. */
  end(): void {
    this.#isEnded = true;
  }

  /** Nobody reads any more. */
  close(): void {
    this.#isBroken = true;
    this.#text = '';
    this.#at = 0;
  }

  /** The next line with its end, or what is left when it has none; undefined when there is none (yet). */
  takeLine(): string | undefined {
    const end = this.#text.indexOf('\n', this.#at);
    if (end >= 0) return this.take(end + 1 - this.#at);
    return this.hasLine && !this.isEmpty ? this.take() : undefined;
  }

  /** Whole lines, as many as a full pipe holds; what has no end of a line when there is none (any more). */
  takeLines(): string {
    const end = this.#text.lastIndexOf('\n', this.#at + CAPACITY - 1) + 1;
    if (end > this.#at) return this.take(end - this.#at);
    const next = this.#text.indexOf('\n', this.#at) + 1;
    if (next > 0) return this.take(next - this.#at);
    return this.hasLine ? this.take() : '';
  }

  /** So much of the text, or all that is there. */
  take(length = Infinity): string {
    const end = Math.min(this.#text.length, this.#at + length);
    const taken = this.#text.slice(this.#at, end);
    this.#at = end;
    if (this.#at === this.#text.length || this.#at > MOST_READ_KEPT) {
      this.#text = this.#text.slice(this.#at);
      this.#at = 0;
    }
    return taken;
  }
}
