import { pidAfter } from './process-numbers.js';
import type { TextPipe } from './text-pipe.js';

/** A pause of a program: so long, or until something is so; `Infinity` without that never ends. */
export interface Pause {
  readonly ms: number;
  readonly until?: () => boolean;
}

/** A program on its way: yields when time must pass, answers its exit code. */
export type Running = Generator<Pause, number, undefined>;

/** Processes that one container's script may have at a time. */
const MOST_PROCESSES = 64;
/** Signals that wait for a shell to have time for them. */
const MOST_PENDING = 64;
/** Signals that end nobody by themselves. */
const HARMLESS = new Set(['CHLD', 'CONT', 'URG', 'WINCH', '0']);
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** What a process is started with. */
export interface ProcessStart {
  /** Its command line. */
  readonly line: string;
  /** What it does on a signal, by the signal's name. */
  readonly traps: ReadonlyMap<string, string>;
  /** The process it is a part of, with which it ends. */
  readonly parent?: Process | undefined;
  /** Pipes it may write to. */
  readonly writes?: readonly TextPipe[];
  /** The pipe it alone reads. */
  readonly reads?: TextPipe | undefined;
}

/** One process of a container. */
export interface Process {
  readonly pid: number;
  readonly line: string;
  readonly traps: ReadonlyMap<string, string>;
  /** Signals it has a trap for that has not been run. */
  readonly pending: string[];
  /** How it ended; undefined while it runs. */
  readonly exitCode: number | undefined;
}

interface Entry extends Process {
  exitCode: number | undefined;
  readonly start: ProcessStart;
  readonly program: Running;
  wakeMs: number;
  until: (() => boolean) | undefined;
  /** When it had its last turn, in turns: among those that are due together the one goes first that has waited longest. */
  turn: number;
}

/**
 * The processes of one container, beside each other in a time of their own: the one goes on whose pause is over first. It
 * stands still between calls of `step`, so that who drives it decides what time is.
 */
export class Processes {
  /** Milliseconds since the container started. */
  nowMs: number;
  readonly #entries: Entry[] = [];
  #started: number;
  #turns = 0;

  /** `others` are processes that the container has already. */
  constructor(nowMs = 0, others = 0) {
    this.nowMs = nowMs;
    this.#started = others;
  }

  /** Starts a process; undefined when there are too many. */
  start(program: (self: Process) => Running, start: ProcessStart): Process | undefined {
    if (this.#entries.length >= MOST_PROCESSES) return undefined;
    const pid = pidAfter(this.#started++);
    const { line, traps, writes = [] } = start;
    // The program is not begun before its first turn, when the entry is there.
    const begin = function* (): Running {
      return yield* program(entry);
    };
    const entry: Entry = {
      pid,
      line,
      traps,
      pending: [],
      exitCode: undefined,
      start,
      program: begin(),
      wakeMs: this.nowMs,
      until: undefined,
      turn: 0,
    };
    for (const pipe of writes) pipe.hold();
    this.#entries.push(entry);
    return entry;
  }

  /** Those that run, the first one first. */
  get running(): readonly Process[] {
    return this.#entries;
  }

  /** When one of them goes on next; Infinity when none does by itself. */
  get nextMs(): number {
    let next = Infinity;
    for (const entry of this.#entries) next = Math.min(next, this.#dueMs(entry));
    return next;
  }

  /** Those who wait for something that is so now, by what others did meanwhile, go on at that time. */
  wake(nowMs: number): void {
    for (const entry of this.#entries) {
      if (!entry.until?.()) continue;
      entry.until = undefined;
      entry.wakeMs = Math.max(this.nowMs, nowMs);
    }
  }

  /** Lets the one go on that is due first. */
  step(): void {
    let first: Entry | undefined;
    let firstMs = Infinity;
    for (const entry of this.#entries) {
      const dueMs = this.#dueMs(entry);
      if (dueMs === Infinity || dueMs > firstMs) continue;
      if (dueMs === firstMs && first && first.turn <= entry.turn) continue;
      first = entry;
      firstMs = dueMs;
    }
    if (!first) return;
    this.nowMs = Math.max(this.nowMs, firstMs);
    first.turn = ++this.#turns;
    const { done, value } = first.program.next();
    // It may have ended itself.
    if (first.exitCode !== undefined) return;
    if (done) return this.#end(first, value);
    first.wakeMs = this.nowMs + value.ms;
    first.until = value.until;
  }

  /** Sends a signal; false when there is no such process. `KILL` can't be caught, but the first process is safe from its own. */
  signal(pid: number, name: string): boolean {
    const entry = this.#entries.find((each) => each.pid === pid);
    if (!entry) return false;
    const action = name === 'KILL' ? undefined : entry.traps.get(name);
    if (action !== undefined) {
      if (action !== '' && entry.pending.length < MOST_PENDING) entry.pending.push(name);
    } else if (!HARMLESS.has(name) && pid !== 1) this.#stop(entry, 128 + (NUMBERS[name] ?? 15));
    return true;
  }

  #dueMs(entry: Entry): number {
    return entry.until?.() ? this.nowMs : entry.wakeMs;
  }

  /** Ends a process from outside, with all that are parts of it. */
  #stop(entry: Entry, exitCode: number): void {
    if (entry.exitCode !== undefined) return;
    this.#end(entry, exitCode);
    for (const each of this.#entries.filter(({ start }) => start.parent === entry))
      this.#stop(each, exitCode);
  }

  #end(entry: Entry, exitCode: number): void {
    entry.exitCode = exitCode;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    for (const pipe of entry.start.writes ?? []) pipe.release();
    entry.start.reads?.close();
  }
}
