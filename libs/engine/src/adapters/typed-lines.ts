/** Text typed ahead that is kept until the shell has time for it. */
const MOST_TYPED = 256 * 1024;
/** Longest line: each key that takes one back copies it. */
const LONGEST_LINE = 32 * 1024;
/** Lines that the arrow keys bring back. */
const MOST_REMEMBERED = 100;

/** What comes next from a terminal: a line, its end, or that the person wants none of it. */
export type Typed = { readonly text: string } | 'end' | 'interrupted';

/** The line discipline of a terminal: echoes keys, takes them back, and hands out lines one after the other. */
export class TypedLines {
  readonly #echo: (text: string) => void;
  readonly #ready: Typed[] = [];
  readonly #past: string[] = [];
  #waiting: ((typed: Typed) => void) | undefined;
  #line = '';
  /** Length of what waits. */
  #typed = 0;
  #escape = '';
  /** Which of the past lines is shown; behind the last one for a new line. */
  #shown = 0;
  #isClosed = false;

  constructor(echo: (text: string) => void) {
    this.#echo = echo;
  }

  /** The next line, as soon as it has been typed. */
  async next(): Promise<Typed> {
    const ready = this.#ready.shift();
    if (ready !== undefined) {
      this.#typed -= sizeOf(ready);
      return ready;
    }
    if (this.#isClosed) return 'end';
    return await new Promise((resolve) => (this.#waiting = resolve));
  }

  /** Takes one key. */
  type(char: string): void {
    if (this.#escape !== '' || char === '\u001b') return this.#escaped(char);
    switch (char) {
      case '\r':
      case '\n':
        if (this.#typed >= MOST_TYPED) return;
        this.#echo('\r\n');
        this.#remember(this.#line);
        this.#hand({ text: this.#line });
        this.#line = '';
        return;
      case '\u007f':
      case '\b':
        if (this.#line === '') return;
        this.#line = this.#line.slice(0, -1);
        return this.#echo('\b \b');
      case '\u0004':
        if (this.#line === '' && this.#typed < MOST_TYPED) this.#hand('end');
        return;
      case '\u0015':
        return this.#replace('');
      default:
        if (char < ' ' && char !== '\t') return;
        if (this.#typed >= MOST_TYPED || this.#line.length >= LONGEST_LINE) return;
        this.#line += char;
        this.#echo(char);
    }
  }

  /** What was typed so far is for nobody. */
  interrupt(): void {
    this.#line = '';
    this.#ready.length = 0;
    this.#typed = 0;
    this.#echo('^C\r\n');
    // What runs is ended by others; what waits for a line is told.
    if (this.#waiting) this.#hand('interrupted');
  }

  /** No more will be typed. */
  close(): void {
    this.#isClosed = true;
    if (this.#waiting) this.#hand('end');
  }

  #hand(typed: Typed): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) return waiting(typed);
    this.#ready.push(typed);
    this.#typed += sizeOf(typed);
  }

  /** Arrow keys come as `ESC [ A`; up and down bring past lines back, the others do nothing. */
  #escaped(char: string): void {
    this.#escape += char;
    if (this.#escape === '\u001b' || this.#escape === '\u001b[' || this.#escape === '\u001bO') return;
    const isDone = /[A-Za-z~]$/.test(this.#escape) || this.#escape.length > 8;
    if (!isDone) return;
    const step = this.#escape.endsWith('A') ? -1 : this.#escape.endsWith('B') ? 1 : 0;
    this.#escape = '';
    const wanted = Math.min(this.#past.length, Math.max(0, this.#shown + step));
    if (step === 0 || wanted === this.#shown) return;
    this.#shown = wanted;
    this.#replace(this.#past[wanted] ?? '');
  }

  #replace(line: string): void {
    this.#echo('\b \b'.repeat(this.#line.length) + line);
    this.#line = line;
  }

  #remember(line: string): void {
    if (line.trim() !== '' && this.#past.at(-1) !== line) this.#past.push(line);
    if (this.#past.length > MOST_REMEMBERED) this.#past.shift();
    this.#shown = this.#past.length;
  }
}

const sizeOf = (typed: Typed): number => (typeof typed === 'object' ? typed.text.length : 0) + 1;
