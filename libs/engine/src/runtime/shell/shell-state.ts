import type { ContainerNetwork } from '../container-runtime.js';
import { ContainerFiles } from '../files/container-files.js';
import type { Process, Processes, Running } from './processes.js';
import type { Command } from './syntax.js';
import type { TextPipe } from './text-pipe.js';

export type { Pause } from './processes.js';

/** Where a stream of a command goes. */
export interface Sink {
  write(text: string): void;
  /** The pipe it is, which can be full. */
  readonly pipe?: TextPipe | undefined;
}

/** A command that was put into the background. */
export interface Job {
  readonly number: number;
  readonly process: Process;
}

/** What a running script sees and changes. */
export interface ShellState {
  readonly variables: Map<string, string>;
  /** Names of the variables that programs are given. */
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  /** Variables that a function has for itself, with what they were before. */
  readonly locals: Map<string, string | undefined> | undefined;
  /** True for a shell that knows more than POSIX asks for. */
  readonly isBash: boolean;
  /** Letters and names of the options that are set: `e`, `u`, `x`, `f`, `pipefail`. */
  readonly options: Set<string>;
  /** `$1`, `$2` and so on. */
  parameters: readonly string[];
  readonly files: ContainerFiles;
  directory: string;
  /** What the shell was called as: its complaints begin with that. */
  shell: string;
  readonly network: ContainerNetwork;
  /** Command lines of the processes it sees. */
  readonly processes: readonly string[];
  /** The processes it starts, and its own. */
  readonly tasks: Processes;
  readonly process: Process | undefined;
  /** True when it is what its process was started as, and gets the signals sent to that. */
  readonly isProgram: boolean;
  readonly jobs: Job[];
  /** `$!`. */
  lastJob: number | undefined;
  /** Milliseconds since the container started. */
  readonly nowMs: number;
  /** The wall clock at the start, in milliseconds since the epoch, for `date`. */
  readonly startedMs: number;
  lastExit: number;
  /** The exit code of the last command whose output was put into a word. */
  substituted: number;
  /** Conditions it is within: a command that fails there does not end the script. */
  tested: number;
  /** What the script does on a signal, by the signal's name. */
  readonly traps: Map<string, string>;
  /** Work done so far, in commands; long texts count as several. */
  work: number;
  depth: number;
  /** True when somebody may type: a shell without a script waits for that. */
  readonly interactive: boolean;
  /** Where its streams go, by their numbers. */
  sinks: readonly (Sink | undefined)[];
  /** What is there to read. */
  input: TextPipe;
  /** Called for a command nothing is known about: what follows from it is not known either. */
  noteUnknown(): void;
  /** Sends a signal to a process that it has not started; false when there is none. */
  signalOther?(pid: number, signal: string): boolean;
  /** Called when what follows depends on what others do meanwhile: other containers, commands run beside, the network. */
  noteOutside(): void;
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** Writes bytes to standard output, a character each, where those are told from text. */
  writeBytes?(bytes: string): void;
  /** Runs a script in a state. */
  evaluate(script: string, state: ShellState): Running;
}

/** Text handled for the price of one command. */
const TEXT_PER_WORK = 128;
/** Longest value of a variable or output of a command that is handed on, and longest file; the rest is lost. */
const LONGEST_TEXT = 1024 * 1024;

/** Has a script pay for text that is looked through for it, whatever comes out; answers the text. */
export function charged(state: ShellState, text: string): string {
  state.work += text.length / TEXT_PER_WORK;
  return text;
}

/** Text put together, up to the limit; its length is work. */
export function joined(before: string, text: string, state: ShellState): string {
  charged(state, text);
  const room = LONGEST_TEXT - before.length;
  return room <= 0 ? before : before + (text.length > room ? text.slice(0, room) : text);
}

/** The text without a character at its end, however often it is there. */
export function withoutLast(text: string, char: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === char) end--;
  return text.slice(0, end);
}

/** The absolute path of what a script names. */
export const pathOf = (state: ShellState, path: string): string =>
  ContainerFiles.resolve(state.directory, path);
