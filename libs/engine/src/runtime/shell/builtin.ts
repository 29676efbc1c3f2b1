import type { ShellState } from './shell-state.js';

/** What a command is run with. */
export interface BuiltinContext {
  readonly state: ShellState;
  readonly args: readonly string[];
  readonly input: string;
}

/** The exit code, or `forever` for a command that never ends. */
export type Builtin = (context: BuiltinContext) => number | 'forever';
