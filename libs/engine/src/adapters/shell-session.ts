import type { Bash } from 'just-bash';
import { textFromBytes } from '../runtime/files/file-node.js';
import { SESSION_FILE, type ShellFileSystem } from './shell-file-system.js';
import { streaming, type Outputs } from './streaming-script.js';

/** Text typed ahead that is kept until the shell has time for it. */
const MOST_TYPED = 256 * 1024;
const KEYS_THAT_TAKE_BACK = new Set(['\u007f', '\b', '\u0003', '\u0004']);

/** What a session is made of. */
export interface SessionOptions {
  readonly bash: Bash;
  readonly files: ShellFileSystem;
  readonly outputs: Outputs;
  readonly output: (text: string) => void;
  /** Called after each line: something may have changed. */
  readonly poke: () => void;
}

/** A shell that keeps its directory and variables from line to line. */
export class ShellSession {
  readonly #bash: Bash;
  readonly #output: (text: string) => void;
  readonly #outputs: Outputs;
  readonly #poke: () => void;
  readonly #ended = Promise.withResolvers<number>();
  #isOver = false;
  #line = '';
  /** Length of the lines that wait. */
  #typed = 0;
  #directory: string;
  #variables = '';
  #queue: Promise<void> = Promise.resolve();
  #abort: AbortController | undefined;

  constructor({ bash, files, outputs, output, poke }: SessionOptions) {
    this.#bash = bash;
    this.#output = output;
    this.#outputs = outputs;
    this.#poke = poke;
    this.#directory = bash.getCwd();
    files.connect({
      ...outputs,
      write: (_stream, bytes) => output(textFromBytes(bytes).replace(/\r?\n/g, '\r\n')),
    });
    output(this.#prompt());
  }

  /** The exit code, once the shell has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Takes keystrokes; the shell echoes them as a terminal's other end does. */
  input(text: string): void {
    for (const char of text) {
      const isEnter = char === '\r' || char === '\n';
      if (this.#typed + (isEnter ? 0 : this.#line.length) >= MOST_TYPED && !KEYS_THAT_TAKE_BACK.has(char))
        continue;
      if (isEnter) {
        this.#output('\r\n');
        const line = this.#line;
        this.#line = '';
        this.#typed += line.length + 1;
        this.#queue = this.#queue.then(() => {
          this.#typed -= line.length + 1;
          return this.#run(line);
        });
      } else if (char === '\u007f' || char === '\b') {
        if (this.#line === '') continue;
        this.#line = this.#line.slice(0, -1);
        this.#output('\b \b');
      } else if (char === '\u0003') {
        this.#abort?.abort();
        this.#line = '';
        this.#output(`^C\r\n${this.#prompt()}`);
      } else if (char === '\u0004') {
        if (this.#line === '') this.#end(0);
      } else if (char >= ' ' || char === '\t') {
        this.#line += char;
        this.#output(char);
      }
    }
  }

  /** Ends the session from outside. */
  close(): void {
    this.#abort?.abort();
    this.#end(0);
  }

  #end(exitCode: number): void {
    this.#isOver = true;
    this.#ended.resolve(exitCode);
  }

  #prompt(): string {
    return `${this.#directory} # `;
  }

  async #run(line: string): Promise<void> {
    // What was typed behind `exit` is for nobody.
    if (this.#isOver) return;
    if (line.trim() !== '') {
      await this.#bash.fs.rm(SESSION_FILE, { force: true });
      this.#abort = new AbortController();
      const script = `${this.#variables}\n${await this.#streamed(line)}\n__code=$?\n{ pwd; export -p; } > ${SESSION_FILE}\nexit $__code`;
      try {
        const { stdout, stderr, exitCode } = await this.#bash.exec(script, {
          cwd: this.#directory,
          rawScript: true,
          signal: this.#abort.signal,
        });
        this.#output((stdout + stderr).replace(/\r?\n/g, '\r\n'));
        this.#poke();
        // A line that leaves the shell never comes to the end of the script.
        if (!(await this.#bash.fs.exists(SESSION_FILE))) return this.#end(exitCode);
        const [directory = '/', ...variables] = (await this.#bash.readFile(SESSION_FILE)).split('\n');
        this.#directory = directory;
        this.#variables = variables.join('\n');
      } catch (error) {
        this.#output(`sh: ${error instanceof Error ? error.message : String(error)}\r\n`);
      }
    }
    this.#output(this.#prompt());
  }

  /** The line with its output sent as it is written. */
  async #streamed(line: string): Promise<string> {
    const { parse, serialize } = await import('just-bash');
    try {
      return serialize(streaming(parse(line), this.#outputs));
    } catch {
      return line;
    }
  }
}
