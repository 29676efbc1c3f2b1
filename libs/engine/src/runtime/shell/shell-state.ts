import type { ContainerNetwork } from '../container-runtime.js';
import { ContainerFiles } from '../files/container-files.js';

/** What a running script sees and changes. */
export interface ShellState {
  readonly variables: Map<string, string>;
  /** Names of the variables that programs are given. */
  readonly exported: Set<string>;
  /** `$1`, `$2` and so on. */
  parameters: readonly string[];
  readonly files: ContainerFiles;
  directory: string;
  /** What the shell was called as: its complaints begin with that. */
  shell: string;
  readonly network: ContainerNetwork;
  /** Command lines of the processes it sees. */
  readonly processes: readonly string[];
  /** Milliseconds since the process started. */
  nowMs: number;
  /** The wall clock at the start, in milliseconds since the epoch, for `date`. */
  readonly startedMs: number;
  lastExit: number;
  /** What the script does on a signal, by the signal's name. */
  readonly traps: Map<string, string>;
  /** Work done so far, in commands; long texts count as several. */
  work: number;
  depth: number;
  /** True when somebody may type: a shell without a script waits for that. */
  readonly interactive: boolean;
  /** Called for a command nothing is known about: what follows from it is not known either. */
  noteUnknown(): void;
  /** Called when what follows depends on what others do meanwhile: other containers, commands run beside, the network. */
  noteOutside(): void;
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** Writes bytes to standard output, a character each, where those are told from text. */
  writeBytes?(bytes: string): void;
}

/** A pause of the script; `Infinity` never ends. */
export interface Pause {
  readonly ms: number;
}

/** Text handled for the price of one command. */
const TEXT_PER_WORK = 128;

/** Has a script pay for text that is looked through for it, whatever comes out; answers the text. */
export function charged(state: ShellState, text: string): string {
  state.work += text.length / TEXT_PER_WORK;
  return text;
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
