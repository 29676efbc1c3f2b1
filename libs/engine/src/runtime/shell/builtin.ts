import type { Pause, Running } from './processes.js';
import type { ShellState } from './shell-state.js';

/** What a command is run with. */
export interface BuiltinContext {
  readonly state: ShellState;
  /** What it was called as, with its path if it was named with one. */
  readonly program: string;
  readonly args: readonly string[];
  /** Everything there is to read. A command that asks before all of it has come is begun again when it has. */
  readonly input: string;
}

/** The exit code, `forever` for a command that never ends, or a program for one that takes time. */
export type Builtin = (context: BuiltinContext) => number | 'forever' | Generator<Pause, number, undefined>;

/** How a shell runs what its own commands are given. */
export interface Interpreter {
  /** A command given as words. */
  invoke(words: readonly string[], state: ShellState): Running;
  /** A script as a part of the present one. */
  include(script: string, state: ShellState): Running;
  /** A program to its end, whatever ends it, and what it set to be done then. */
  whole(program: Running, state: ShellState): Running;
}

/** A command that changes the shell, or runs others. */
export type ShellCommand = (args: readonly string[], state: ShellState, shell: Interpreter) => Running;

/** A command of the shell that is done at once. */
export const atOnce = (act: (args: readonly string[], state: ShellState) => number): ShellCommand =>
  // eslint-disable-next-line require-yield
  function* (args, state) {
    return act(args, state);
  };
