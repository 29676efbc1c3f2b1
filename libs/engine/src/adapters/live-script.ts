import type { Clock } from '../clock.js';
import { bytesFromText, textFromBytes } from '../runtime/files/file-node.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import { runScript, runWords } from '../runtime/shell/interpret.js';
import { Processes, type Process } from '../runtime/shell/processes.js';
import { newShell, viewOf } from '../runtime/shell/shell-views.js';
import { TextPipe } from '../runtime/shell/text-pipe.js';
import { ExecError } from './exec-error.js';
import { turn } from './turns.js';

/** Shorter pauses are not waited for. */
const SHORTEST_PAUSE_MS = 10;
/** Input that a command has not read. */
const MOST_WAITING = 64 * 1024 * 1024;
/** What is given to a command at a time. */
const PIECE = 32 * 1024;
/** Commands and pieces of text that one command comes to. */
const MOST_WORK = 20_000_000;
const KILLED = 137;

/** What a command is run with. */
export interface LiveStart {
  readonly command: readonly string[];
  readonly life: ContainerInstance;
  readonly clock: Clock;
  /** Command lines of the processes the container sees. */
  readonly processes: readonly string[];
  readonly directory: string;
  readonly signal: (pid: number, name: string) => boolean;
  /** Takes what it writes, as it is written. */
  readonly output: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> | void;
}

/** A command that reads what it is sent as it comes, whose jobs and parts of pipes run beside each other. */
export class LiveScript {
  readonly #start: LiveStart;
  readonly #tasks: Processes;
  readonly #input = new TextPipe();
  readonly #main: Process | undefined;
  readonly #began: number;
  readonly #ended = Promise.withResolvers<number>();
  /** Bytes that have not been given to it, a character each. */
  readonly #waiting: string[] = [];
  #waitingSize = 0;
  #isAtEnd = false;
  #written: { readonly stream: 'stdout' | 'stderr'; text: string }[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(start: LiveStart) {
    this.#start = start;
    const { command, life, clock, processes, directory, signal } = start;
    this.#began = clock.now();
    this.#tasks = new Processes(0, Math.max(1, processes.length));
    const state = newShell({
      variables: new Map([['HOME', life.files().identity.uid === 0 ? '/root' : '/'], ...life.env]),
      exported: new Set(['HOME', ...life.env.keys()]),
      files: life.files(),
      directory,
      network: life.network,
      processes,
      tasks: this.#tasks,
      input: this.#input,
      startedMs: this.#began,
      interactive: false,
      evaluate: runScript,
      noteUnknown: () => undefined,
      noteOutside: () => undefined,
      signalOther: signal,
      print: (stream, text) => {
        const last = this.#written.at(-1);
        if (last?.stream === stream) last.text += text;
        else this.#written.push({ stream, text });
      },
    });
    this.#main = this.#tasks.start((process) => runWords(command, viewOf(state, { process })), {
      line: command.join(' '),
      traps: state.traps,
    });
    void this.#run(() => state.work < MOST_WORK);
  }

  /** Its exit code. Rejects with ExecError when more is sent than it reads. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Takes input; undefined at its end. */
  write(chunk: Uint8Array | undefined): void {
    if (!chunk) this.#isAtEnd = true;
    else if (!this.#input.isBroken) {
      this.#waiting.push(Buffer.from(chunk).toString('latin1'));
      this.#waitingSize += chunk.length;
    }
    if (this.#waitingSize > MOST_WAITING) {
      this.#ended.reject(new ExecError(`more than ${MOST_WAITING} bytes of input were not read`));
      this.close();
    }
    this.#wake?.();
  }

  /** Has it interrupted, as by Ctrl-C. */
  interrupt(): void {
    if (this.#main) this.#tasks.signal(this.#main.pid, 'INT');
    this.#wake?.();
  }

  /** The client has gone. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#wake?.();
  }

  async #run(mayGoOn: () => boolean): Promise<void> {
    try {
      while (this.#main && this.#main.exitCode === undefined && !this.#isClosed && mayGoOn()) {
        this.#feed();
        const { clock } = this.#start;
        const realMs = clock.now() - this.#began;
        this.#tasks.wake(realMs);
        const pauseMs = this.#tasks.nextMs - Math.max(realMs, this.#tasks.nowMs);
        if (pauseMs >= SHORTEST_PAUSE_MS) await this.#wait(pauseMs);
        else this.#tasks.step();
        await this.#flush();
        await turn();
      }
      await this.#flush();
      this.#ended.resolve(this.#main?.exitCode ?? KILLED);
    } catch (error) {
      this.#ended.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#start.life.poke();
    }
  }

  /** Gives it as much of what has come as it has room for; a character is not taken apart. */
  #feed(): void {
    if (this.#input.isBroken) this.#waiting.length = 0;
    while (this.#waiting.length > 0 && !this.#input.isFull && !this.#input.isBroken) {
      const [first = '', second] = this.#waiting;
      const isLast = second === undefined && this.#isAtEnd && first.length <= PIECE;
      const end = isLast ? first.length : wholeCharacters(first.slice(0, PIECE));
      if (end > 0) this.#input.write(textFromBytes(first.slice(0, end)));
      this.#waitingSize -= end;
      const rest = first.slice(end);
      if (rest === '') this.#waiting.shift();
      else if (end > 0) this.#waiting[0] = rest;
      else if (second === undefined) return;
      // The rest of a character comes with the next piece.
      else this.#waiting.splice(0, 2, rest + second);
    }
    if (this.#isAtEnd && this.#waiting.length === 0) this.#input.end();
  }

  /** Waits until it goes on by itself, or something has come for it. */
  async #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = ms === Infinity ? undefined : this.#start.clock.after(ms, () => resolve(undefined));
    this.#wake = () => resolve(undefined);
    await promise;
    this.#wake = undefined;
    timer?.cancel();
  }

  async #flush(): Promise<void> {
    const written = this.#written;
    if (written.length === 0) return;
    this.#written = [];
    for (const { stream, text } of written)
      if (text !== '') await this.#start.output(stream, Buffer.from(bytesFromText(text), 'latin1'));
  }
}

/** How much of bytes are whole characters of UTF-8, as far as the last ones begin one. */
function wholeCharacters(bytes: string): number {
  const begun =
    /(?:[\u00c2-\u00df]|[\u00e0-\u00ef][\u0080-\u00bf]?|[\u00f0-\u00f4][\u0080-\u00bf]{0,2})$/.exec(
      bytes.slice(-3),
    );
  return bytes.length - (begun?.[0].length ?? 0);
}
