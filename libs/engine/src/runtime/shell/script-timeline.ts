import type { ContainerNetwork, LogLine } from '../container-runtime.js';
import type { ContainerFiles } from '../files/container-files.js';
import { chargedNetwork } from './charged-network.js';
import { runScript, runWords } from './interpret.js';
import { Processes, type Process } from './processes.js';
import type { ShellState } from './shell-state.js';
import { newShell, viewOf } from './shell-views.js';
import { TextPipe } from './text-pipe.js';

/** What is kept of a process's output: so many lines, so much text in all, and so much of one line (as containerd has it). */
const KEPT_LINES = 10_000;
const KEPT_TEXT = 1024 * 1024;
const LONGEST_LINE = 16 * 1024;
/** Work for which a script is followed to answer one question; beyond, it is as if time stood still for it. */
const WORK_PER_QUESTION = 50_000;

/** Signals that are on their way at a time. */
const MOST_SIGNALS = 16;

/** How deep scripts may ask each other over the network. */
const DEEPEST_QUESTION = 16;
/** What a command ends with that was given up. */
const GIVEN_UP = { exitCode: 124, tookMs: Infinity };

/** The scripts that wait for each other's answers at the moment. */
const asking: ShellState[] = [];

/** Runs what a script does for whoever asked it: that is the work of those who asked as well. */
function onBehalf<T>(state: ShellState, act: () => T): T {
  const before = state.work;
  const asker = asking.at(-1);
  asking.push(state);
  try {
    return act();
  } finally {
    asking.pop();
    if (asker) asker.work += state.work - before;
  }
}

/** What a script finds around it. */
export interface ScriptSurroundings {
  readonly env: ReadonlyMap<string, string>;
  /** Asked for when the script first looks at a file. */
  readonly files: () => ContainerFiles;
  readonly network: ContainerNetwork;
  /** Command lines of the processes it sees, its own among them. */
  readonly processes: readonly string[];
  readonly directory: string;
  readonly startedMs: number;
  readonly interactive: boolean;
}

/** A script followed through time: what it wrote, which files it left, when it ended. */
export class ScriptTimeline {
  readonly #tasks = new Processes();
  readonly #state: ShellState;
  readonly #main: Process | undefined;
  readonly #lines: LogLine[] = [];
  readonly #partial = { stdout: '', stderr: '' };
  /** Length of the kept lines. */
  #text = 0;
  #usedUnknown = false;
  #sawOutside = false;
  #isFollowing = false;
  #files: ContainerFiles | undefined;
  readonly #surroundings: ScriptSurroundings;
  /** Signals that have not come yet, the next one first. */
  readonly #signals: { readonly name: string; readonly atMs: number }[] = [];

  constructor(command: readonly string[], surroundings: ScriptSurroundings) {
    this.#surroundings = surroundings;
    const state = this.#newState(this.#tasks, (stream, text) => this.#write(stream, text));
    this.#state = state;
    this.#main = this.#tasks.start((process) => runWords(command, viewOf(state, { process })), {
      line: command.join(' '),
      traps: state.traps,
    });
  }

  /** When it ended and how, as far as it was followed. */
  get end(): { readonly atMs: number; readonly exitCode: number } | undefined {
    const { exitCode } = this.#main ?? {};
    return exitCode === undefined ? undefined : { atMs: this.#tasks.nowMs, exitCode };
  }

  /** True once it has run a command nothing is known about. */
  get usedUnknown(): boolean {
    return this.#usedUnknown;
  }

  /** When something may change next. */
  get nextMs(): number {
    return Math.min(this.end ? Infinity : this.#tasks.nextMs, this.#signals[0]?.atMs ?? Infinity);
  }

  /** True once it has looked at what others may change: files they share, files that were not there, the network. */
  get sawOutside(): boolean {
    return this.#sawOutside || this.#files?.sawShared === true;
  }

  /** True once it has looked at any file. */
  get sawFiles(): boolean {
    return this.#files !== undefined;
  }

  /** True once it has written files. */
  get wroteFiles(): boolean {
    return this.#files?.wrote === true;
  }

  /** True while it has something to do on a signal. */
  handles(signal: string): boolean {
    return this.#state.traps.has(signal);
  }

  /** Sends a signal to the script at a moment to come. */
  signal(name: string, atMs: number): void {
    if (this.#signals.length < MOST_SIGNALS) this.#signals.push({ name, atMs });
    this.#signals.sort((a, b) => a.atMs - b.atMs);
  }

  /** Runs the script up to that moment, as far as `work` commands go. */
  follow(untilMs: number, work = WORK_PER_QUESTION): void {
    // A script that calls its own pod is asked about while it is at it.
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      onBehalf(this.#state, () => this.#follow(untilMs, this.#state.work + work));
    } finally {
      this.#isFollowing = false;
    }
  }

  #follow(untilMs: number, enough: number): void {
    // What others have done meanwhile is seen when it is looked for: now.
    if (untilMs !== Infinity) this.#tasks.wake(untilMs);
    while (this.#state.work < enough && !this.end) {
      const nextMs = this.#tasks.nextMs;
      const [signal] = this.#signals;
      if (signal && signal.atMs <= untilMs && signal.atMs <= nextMs) {
        this.#tasks.nowMs = Math.max(this.#tasks.nowMs, signal.atMs);
        this.#tasks.signal(1, signal.name);
        this.#signals.shift();
        continue;
      }
      if (nextMs > untilMs || nextMs === Infinity) return;
      this.#tasks.step();
    }
    if (this.end) this.#finish();
  }

  #finish(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#partial[stream];
      this.#partial[stream] = '';
      if (text !== '') this.#lines.push({ atMs: this.#tasks.nowMs, stream, text, isOpen: true });
    }
  }

  lines(limit: number): readonly LogLine[] {
    return this.#lines.slice(-limit);
  }

  /** Runs a command beside the script, on its files; time doesn't pass for the script. */
  exec(command: readonly string[]): {
    readonly exitCode: number;
    readonly output: string;
    /** How long it would take. */
    readonly tookMs: number;
  } {
    if (asking.length >= DEEPEST_QUESTION) return { ...GIVEN_UP, output: '' };
    let output = '';
    const { nowMs } = this.#tasks;
    const tasks = new Processes(nowMs);
    const state = this.#newState(tasks, (_stream, text) => {
      if (output.length < KEPT_TEXT) output += text;
    });
    const program = tasks.start(
      (process) => runWords(command, viewOf(state, { process, input: TextPipe.of('') })),
      {
        line: command.join(' '),
        traps: state.traps,
      },
    );
    const exitCode = onBehalf(state, () => {
      while (state.work < WORK_PER_QUESTION && program?.exitCode === undefined) {
        if (tasks.nextMs === Infinity) break;
        tasks.step();
      }
      return program?.exitCode;
    });
    const outcome = exitCode === undefined ? GIVEN_UP : { exitCode, tookMs: tasks.nowMs - nowMs };
    return { ...outcome, output };
  }

  #newState(tasks: Processes, print: ShellState['write']): ShellState {
    const surroundings = this.#surroundings;
    const { network, directory, processes, env } = surroundings;
    const filesOf = (): ContainerFiles => (this.#files ??= this.#surroundings.files());
    const state: ShellState = newShell({
      variables: new Map(env),
      exported: new Set(env.keys()),
      interactive: surroundings.interactive,
      get files() {
        return filesOf();
      },
      get startedMs() {
        return surroundings.startedMs;
      },
      processes,
      directory,
      network: chargedNetwork(network, () => state),
      tasks,
      print,
      evaluate: runScript,
      noteUnknown: () => (this.#usedUnknown = true),
      noteOutside: () => (this.#sawOutside = true),
    });
    return state;
  }

  #write(stream: 'stdout' | 'stderr', text: string): void {
    this.#state.work += text.length / 128;
    const pieces = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = (pieces.pop() ?? '').slice(0, LONGEST_LINE);
    for (const piece of pieces) {
      const line = piece.slice(0, LONGEST_LINE);
      this.#text += line.length;
      this.#lines.push({ atMs: this.#tasks.nowMs, stream, text: line });
    }
    if (this.#lines.length <= 2 * KEPT_LINES && this.#text <= 2 * KEPT_TEXT) return;
    let drop = Math.max(0, this.#lines.length - KEPT_LINES);
    let kept = 0;
    for (let index = this.#lines.length - 1; index >= drop; index--) {
      kept += this.#lines[index]?.text.length ?? 0;
      if (kept > KEPT_TEXT) drop = index + 1;
    }
    this.#lines.splice(0, drop);
    this.#text = this.#lines.reduce((sum, { text: line }) => sum + line.length, 0);
  }
}
