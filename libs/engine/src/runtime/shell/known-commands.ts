import { textFromBytes } from '../files/file-node.js';
import type { ShellCommand } from './builtin.js';
import { builtins } from './builtins.js';
import { JOB_COMMANDS } from './job-commands.js';
import { PROGRAMS } from './programs.js';
import { charged, pathOf, type ShellState } from './shell-state.js';
import { VARIABLE_COMMANDS } from './variable-commands.js';

const NOT_FOUND = 127;

/** Runs the rest of its words as a command. */
const passing: ShellCommand = function* (args, state, shell) {
  return args.length === 0 ? 0 : yield* shell.invoke(args, state);
};

/** The names of shells. */
export const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
/** Commands that are part of the language. */
const CONTROL = new Set([
  'exit',
  'return',
  'break',
  'continue',
  'eval',
  '.',
  'source',
  'command',
  'type',
  'exec',
]);
/** Commands that change the shell, or run others. */
export const SHELL_COMMANDS: ReadonlyMap<string, ShellCommand> = new Map([
  ...JOB_COMMANDS,
  ...VARIABLE_COMMANDS,
  ['nohup', passing],
  ['time', passing],
]);

/** Says what a name means to the shell; what is not known may well be a program of the image. */
export function whereIs(args: readonly string[], state: ShellState): number {
  let code = 0;
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const isOwn = state.functions.has(name) || CONTROL.has(name);
    const isProgram =
      builtins.has(name) || SHELL_COMMANDS.has(name) || SHELLS.has(name) || PROGRAMS.has(name);
    const isFile = name.includes('/') && state.files.exists(pathOf(state, name));
    if (isOwn || isFile) state.write('stdout', `${name}\n`);
    else if (isProgram) state.write('stdout', `/bin/${name}\n`);
    else {
      state.noteUnknown();
      code = NOT_FOUND;
    }
  }
  return code;
}

/** The text of a script that a file holds. */
export function scriptAt(state: ShellState, program: string): string | undefined {
  const path = pathOf(state, program);
  if (!state.files.exists(path) || state.files.isDirectory(path)) return undefined;
  const text = textFromBytes(charged(state, state.files.read(path)));
  return /^#!.*\b(?:ba|a|da)?sh\b/.test(text) ? text : undefined;
}
