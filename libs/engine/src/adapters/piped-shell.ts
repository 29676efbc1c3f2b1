import type { ContinuedShell, ShellOutcome } from './continued-shell.js';
import { ExecError } from './exec-error.js';

/** Text of a construct whose end has not come yet: it is read again with every piece. */
const LONGEST_UNFINISHED = 256 * 1024;
/** Text that waits for the commands before it. */
const MOST_WAITING = 16 * 1024 * 1024;
/** Lines run as one piece: the parser takes no more than some thousands of statements. */
const MOST_LINES = 1000;

/** A shell that takes its script from a pipe and runs each command as it comes: `… | kubectl exec -i … -- sh`. */
export class PipedShell {
  readonly #shell: ContinuedShell;
  readonly #print: (outcome: ShellOutcome) => Promise<void>;
  readonly #ended = Promise.withResolvers<number>();
  readonly #decoder = new TextDecoder();
  readonly #abort = new AbortController();
  #text = '';
  #isAtEnd = false;
  #isRunning = false;

  constructor(shell: ContinuedShell, print: (outcome: ShellOutcome) => Promise<void>) {
    this.#shell = shell;
    this.#print = print;
  }

  /** The exit code of the last command, or of the one that left the shell. Rejects with ExecError when too much is sent. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Takes a piece of the script; undefined at its end. */
  input(chunk: Uint8Array | undefined): void {
    if (chunk) this.#text += this.#decoder.decode(chunk, { stream: true });
    else this.#isAtEnd = true;
    if (this.#text.length > MOST_WAITING) {
      this.#text = '';
      this.#ended.reject(new ExecError(`more than ${MOST_WAITING} bytes of script wait to be run`));
    }
    if (!this.#isRunning) void this.#go();
  }

  /** The client has gone. */
  close(): void {
    this.#abort.abort();
    this.#ended.resolve(this.#shell.lastExit);
  }

  async #go(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let piece = this.#nextPiece(); piece !== undefined; piece = this.#nextPiece()) {
        if (piece.trim() === '') continue;
        const outcome = await this.#shell.run(piece, { signal: this.#abort.signal });
        await this.#print(outcome);
        if (outcome.hasLeft) return this.#ended.resolve(outcome.exitCode);
      }
      if (this.#isAtEnd) this.#ended.resolve(this.#shell.lastExit);
    } catch (error) {
      this.#ended.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isRunning = false;
    }
  }

  /** As many whole commands as are there; at the end, whatever is left. */
  #nextPiece(): string | undefined {
    const ends = this.#lineEnds();
    const all = ends.at(-1) ?? 0;
    if (this.#isAtEnd && all === 0) return this.#take(this.#text.length);
    if (all === 0) return undefined;
    const isWhole = (end: number): boolean => !this.#shell.isUnfinished(this.#text.slice(0, end - 1));
    if (isWhole(all)) return this.#take(all);
    // What was begun last has no end yet: what stands in front of it has. Ever longer steps, as all is read again each time.
    for (let lines = 1; lines < ends.length; lines += Math.ceil(lines / 16)) {
      const end = ends[lines - 1] ?? 0;
      if (isWhole(end)) return this.#take(end);
    }
    if (this.#isAtEnd) return this.#take(this.#text.length);
    if (ends.length === MOST_LINES || all > LONGEST_UNFINISHED)
      throw new ExecError(`a command of the script does not end within ${ends.length} lines`);
    return undefined;
  }

  /** Where the first lines end, each with its line feed. */
  #lineEnds(): number[] {
    const ends: number[] = [];
    for (
      let at = this.#text.indexOf('\n');
      at >= 0 && ends.length < MOST_LINES;
      at = this.#text.indexOf('\n', at + 1)
    )
      ends.push(at + 1);
    return ends;
  }

  #take(length: number): string | undefined {
    if (length === 0) return undefined;
    const piece = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return piece;
  }
}
