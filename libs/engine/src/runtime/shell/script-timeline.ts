import type { ContainerNetwork, LogLine } from '../container-runtime.js';
import type { ContainerFiles } from '../files/container-files.js';
import { chargedNetwork } from './charged-network.js';
import { runWords } from './interpret.js';
import type { Pause, ShellState } from './shell-state.js';

/** What is kept of a process's output: so many lines, so much text in all, and so much of one line (as containerd has it). */
const KEPT_LINES = 10_000;
const KEPT_TEXT = 1024 * 1024;
const LONGEST_LINE = 16 * 1024;
/** Work for which a script is followed to answer one question; beyond, it is as if time stood still for it. */
const WORK_PER_QUESTION = 50_000;

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
  readonly #program: Generator<Pause, number, undefined>;
  readonly #state: ShellState;
  readonly #lines: LogLine[] = [];
  readonly #partial = { stdout: '', stderr: '' };
  /** Length of the kept lines. */
  #text = 0;
  /** When the script goes on after its present pause. */
  #resumeMs = 0;
  #usedUnknown = false;
  #sawOutside = false;
  #isFollowing = false;
  #files: ContainerFiles | undefined;
  readonly #surroundings: ScriptSurroundings;
  #exitCode: number | undefined;

  constructor(command: readonly string[], surroundings: ScriptSurroundings) {
    this.#surroundings = surroundings;
    this.#state = this.#newState({
      variables: new Map(surroundings.env),
      exported: new Set(surroundings.env.keys()),
      interactive: surroundings.interactive,
      write: (stream, text) => this.#write(stream, text),
    });
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

  /** The exit code with which it ends on a termination signal; undefined when it takes no notice. */
  get exitOnTerminate(): number | undefined {
    const action = this.#state.traps.get('TERM') ?? this.#state.traps.get('15');
    const leaves = /\bexit\b\s*(\d*)/.exec(action ?? '');
    return leaves ? Number(leaves[1] ?? 0) : undefined;
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
    while (this.#state.work < enough && this.#exitCode === undefined) {
      if (this.#resumeMs > untilMs || this.#resumeMs === Infinity) return;
      const { done, value } = this.#program.next();
      if (done) this.#finish(value);
      else this.#resumeMs += value.ms;
    }
  }

  #finish(exitCode: number): void {
    this.#exitCode = exitCode;
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#partial[stream];
      if (text !== '') this.#lines.push({ atMs: this.#resumeMs, stream, text, isOpen: true });
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
    const state = this.#newState({
      variables: new Map(this.#surroundings.env),
      exported: new Set(this.#surroundings.env.keys()),
      interactive: false,
      write: (_stream, text) => {
        if (output.length < KEPT_TEXT) output += text;
      },
    });
    state.nowMs = this.#resumeMs === Infinity ? 0 : this.#resumeMs;
    const program = runWords(command, state);
    const outcome = onBehalf(state, () => {
      let tookMs = 0;
      while (state.work < WORK_PER_QUESTION) {
        const { done, value } = program.next();
        if (done) return { exitCode: value, tookMs };
        if (value.ms === Infinity) break;
        tookMs += value.ms;
      }
      return GIVEN_UP;
    });
    return { ...outcome, output };
  }

  #newState(own: Pick<ShellState, 'variables' | 'exported' | 'interactive' | 'write'>): ShellState {
    const surroundings = this.#surroundings;
    const { network, directory, processes } = surroundings;
    const filesOf = (): ContainerFiles => (this.#files ??= this.#surroundings.files());
    const state: ShellState = {
      ...own,
      get files() {
        return filesOf();
      },
      parameters: [],
      processes,
      directory,
      shell: 'sh',
      network: chargedNetwork(network, () => state),
      nowMs: 0,
      get startedMs() {
        return surroundings.startedMs;
      },
      lastExit: 0,
      traps: new Map(),
      work: 0,
      depth: 0,
      noteUnknown: () => (this.#usedUnknown = true),
      noteOutside: () => (this.#sawOutside = true),
    };
    return state;
  }

  #write(stream: 'stdout' | 'stderr', text: string): void {
    this.#state.work += text.length / 128;
    const pieces = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = (pieces.pop() ?? '').slice(0, LONGEST_LINE);
    for (const piece of pieces) {
      const line = piece.slice(0, LONGEST_LINE);
      this.#text += line.length;
      this.#lines.push({ atMs: this.#resumeMs, stream, text: line });
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
