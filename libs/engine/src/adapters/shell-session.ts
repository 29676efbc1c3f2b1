import type { ScriptNode } from 'just-bash';
import { textFromBytes } from '../runtime/files/file-node.js';
import { INTERRUPTED, type ContinuedShell } from './continued-shell.js';
import type { ShellFileSystem } from './shell-file-system.js';
import type { Outputs } from './streaming-script.js';
import { withoutTurns } from './fair-script.js';
import { turn } from './turns.js';
import { TypedLines } from './typed-lines.js';
import { wantedInput } from './wanted-input.js';

/** A construct that has not ended by then is run as it is. */
const LONGEST_UNFINISHED = 64 * 1024;

/** Echo that a client has not taken at which its keys are for nobody: one of them may bring a long line back. */
const MOST_ECHO = 1024 * 1024;

/** What a session is made of. */
export interface SessionOptions {
  readonly shell: ContinuedShell;
  readonly parse: (source: string) => ScriptNode;
  readonly files: ShellFileSystem;
  readonly outputs: Outputs;
  readonly output: (text: string) => Promise<void> | void;
  /** Called after each line: something may have changed. */
  readonly poke: () => void;
  /** What is run in place of a shell that prompts, and reads what is typed. */
  readonly script?: string;
}

/** A shell on a terminal, spoken to line by line: `kubectl exec -it … -- sh`. */
export class ShellSession {
  readonly #options: SessionOptions;
  readonly #lines: TypedLines;
  readonly #ended = Promise.withResolvers<number>();
  #isOver = false;
  #echo = '';
  /** Length of the echo that was sent and not taken. */
  #untaken = 0;
  #abort: AbortController | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { files, outputs, output } = options;
    this.#lines = new TypedLines((text) => {
      if (this.#isHeard()) this.#echo += text;
    });
    files.connect({
      ...outputs,
      write: (_stream, bytes) => output(shown(textFromBytes(bytes))),
    });
    void this.#talk();
  }

  /** The exit code, once the shell has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Takes keystrokes; the shell echoes them as a terminal's other end does. */
  input(text: string): void {
    for (const char of text) {
      if (char === '\u0003') {
        this.#abort?.abort();
        this.#lines.interrupt();
      } else if (this.#isHeard()) this.#lines.type(char);
    }
    void this.#sendEcho();
  }

  /** Ends the session from outside. */
  close(): void {
    this.#abort?.abort();
    this.#end(0);
  }

  /** True while the client takes what it is sent. */
  #isHeard(): boolean {
    return this.#untaken + this.#echo.length < MOST_ECHO;
  }

  async #sendEcho(): Promise<void> {
    const text = this.#echo;
    if (text === '') return;
    this.#echo = '';
    this.#untaken += text.length;
    await this.#options.output(text);
    this.#untaken -= text.length;
  }

  #end(exitCode: number): void {
    this.#isOver = true;
    this.#lines.close();
    this.#ended.resolve(exitCode);
  }

  async #talk(): Promise<void> {
    const { shell, output, script } = this.#options;
    try {
      if (script !== undefined) return this.#end(await this.#runTyped(script));
      while (!this.#isOver) {
        const source = await this.#wholeScript();
        if (source === 'end') return this.#end(shell.lastExit);
        if (source === 'interrupted' || source.text.trim() === '') continue;
        const input = await this.#inputFor(source.text);
        if (input !== 'interrupted') await this.#run(source.text, input.stdin);
      }
    } catch (error) {
      await output(`sh: ${error instanceof Error ? error.message : String(error)}\r\n`);
      this.#end(1);
    }
  }

  /** Runs one script with what is typed for it; answers its exit code. */
  async #runTyped(script: string): Promise<number> {
    if (script.trim() === 'cat') return await this.#sayAgain();
    const input = await this.#inputFor(script);
    if (input === 'interrupted') return INTERRUPTED;
    await this.#run(script, input.stdin);
    return this.#options.shell.lastExit;
  }

  /** `cat` on a terminal: each line comes back as soon as it has been typed. */
  async #sayAgain(): Promise<number> {
    for (;;) {
      const line = await this.#lines.next();
      if (line === 'end') return 0;
      if (line === 'interrupted') return INTERRUPTED;
      await this.#options.output(`${line.text}\r\n`);
    }
  }

  /** A line, with those that belong to it. */
  async #wholeScript(): Promise<{ readonly text: string } | 'end' | 'interrupted'> {
    const { shell, output } = this.#options;
    await output(`${shell.directory} # `);
    let text = '';
    for (;;) {
      const line = await this.#lines.next();
      if (line === 'interrupted') return line;
      // The end of what is typed ends the shell, or what was begun as it is.
      if (line === 'end') return text === '' ? 'end' : { text };
      text = text === '' ? line.text : `${text}\n${line.text}`;
      await turn();
      if (text.length > LONGEST_UNFINISHED || !shell.isUnfinished(text)) return { text };
      await output('> ');
    }
  }

  /** What is typed for a command that reads: a line for `read`, everything up to the end for `cat`. */
  async #inputFor(source: string): Promise<{ readonly stdin: string | undefined } | 'interrupted'> {
    const wanted = wantedInput(source, this.#options.parse);
    if (wanted === 'nothing') return { stdin: undefined };
    let text = '';
    for (;;) {
      const line = await this.#lines.next();
      if (line === 'interrupted') return line;
      if (line === 'end') return { stdin: text };
      text += `${Buffer.from(line.text).toString('latin1')}\n`;
      if (wanted === 'line') return { stdin: text };
    }
  }

  async #run(source: string, stdin: string | undefined): Promise<void> {
    const { shell, output, poke } = this.#options;
    this.#abort = new AbortController();
    try {
      const { signal } = this.#abort;
      const { stdout, stderr, exitCode, hasLeft } = await shell.run(source, {
        signal,
        ...(stdin !== undefined && { stdin }),
      });
      await output(shown(stdout + stderr));
      poke();
      if (hasLeft && !signal.aborted) this.#end(exitCode);
    } catch (error) {
      if (!this.#abort.signal.aborted)
        await output(`sh: ${error instanceof Error ? error.message : String(error)}\r\n`);
    }
  }
}

const shown = (text: string): string => withoutTurns(text).replace(/\r?\n/g, '\r\n');
