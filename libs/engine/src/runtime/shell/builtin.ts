import type { Pause, ShellState } from './shell-state.js';

/** What a command is run with. */
export interface BuiltinContext {
  readonly state: ShellState;
  readonly args: readonly string[];
  readonly input: string;
}

/** The exit code, `forever` for a command that never ends, or a program for one that takes time. */
export type Builtin = (context: BuiltinContext) => number | 'forever' | Generator<Pause, number, undefined>;
