import type { LogLine } from '../container-runtime.js';
import { runWords, type Pause, type ShellState } from './interpret.js';

/** Lines of a process's output that are kept. */
const KEPT_LINES = 1000;
/** Steps a script is followed to answer one question; beyond, it is as if time stood still for it. */
const STEPS_PER_QUESTION = 200_000;
/** Bytes of files a script may keep; what it writes beyond is lost. */
const FILE_BYTES = 1024 * 1024;

/** A script followed through time: what it wrote, which files it left, when it ended. */
export class ScriptTimeline {
  readonly #program: Generator<Pause, number, undefined>;
  readonly #state: ShellState;
  readonly #lines: LogLine[] = [];
  readonly #partial = { stdout: '', stderr: '' };
  /** When the script goes on after its present pause. */
  #resumeMs = 0;
  #usedUnknown = false;
  #exitCode: number | undefined;

  constructor(
    command: readonly string[],
    environment: {
      readonly env: ReadonlyMap<string, string>;
      readonly files: ReadonlyMap<string, string>;
      readonly interactive: boolean;
    },
  ) {
    this.#state = {
      variables: new Map(environment.env),
      files: new Map(environment.files),
      nowMs: 0,
      startedMs: 0,
      lastExit: 0,
      traps: new Map(),
      write: (stream, text) => this.#write(stream, text),
      interactive: environment.interactive,
      noteUnknown: () => (this.#usedUnknown = true),
    };
    this.#program = runWords(command, this.#state);
  }

  /** When it ended and how, as far as it was followed. */
  get end(): { readonly atMs: number; readonly exitCode: number } | undefined {
    return this.#exitCode === undefined ? undefined : { atMs: this.#resumeMs, exitCode: this.#exitCode };
  }

  /** True once it has run a command nothing is known about. */
  get usedUnknown(): boolean {
    return this.#usedUnknown;
  }

  /** When something may change next. */
  get nextMs(): number {
    return this.#exitCode === undefined ? this.#resumeMs : Infinity;
  }

  get files(): ReadonlyMap<string, string> {
    return this.#state.files;
  }

  /** The exit code with which it ends on a termination signal; undefined when it takes no notice. */
  get exitOnTerminate(): number | undefined {
    const action = this.#state.traps.get('TERM') ?? this.#state.traps.get('15');
    const leaves = /\bexit\b\s*(\d*)/.exec(action ?? '');
    return leaves ? Number(leaves[1] ?? 0) : undefined;
  }

  /** Runs the script up to that moment, at most `steps` steps. */
  follow(untilMs: number, steps = STEPS_PER_QUESTION): void {
    for (let step = 0; step < steps && this.#exitCode === undefined; step++) {
      if (this.#resumeMs > untilMs || this.#resumeMs === Infinity) return;
      const { done, value } = this.#program.next();
      if (done) this.#exitCode = value;
      else this.#resumeMs += value.ms;
    }
  }

  lines(limit: number): readonly LogLine[] {
    return this.#lines.slice(-limit);
  }

  /** Runs a command beside the script, on its files; time doesn't pass for the script. */
  exec(command: readonly string[]): { readonly exitCode: number; readonly output: string } {
    let output = '';
    const state: ShellState = {
      variables: new Map(this.#state.variables),
      files: this.#state.files,
      nowMs: this.#resumeMs,
      startedMs: this.#state.startedMs,
      lastExit: 0,
      traps: new Map(),
      write: (_stream, text) => (output += text),
      interactive: false,
      noteUnknown: () => undefined,
    };
    const program = runWords(command, state);
    for (let step = 0; step < STEPS_PER_QUESTION; step++) {
      const { done, value } = program.next();
      if (done) return { exitCode: value, output };
      if (value.ms === Infinity) break;
    }
    return { exitCode: 124, output };
  }

  #write(stream: 'stdout' | 'stderr', text: string): void {
    const pieces = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = (pieces.pop() ?? '').slice(-FILE_BYTES);
    for (const line of pieces) this.#lines.push({ atMs: this.#resumeMs, stream, text: line });
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
  }
}
