import { formatDate } from './format-date.js';
import { FILE_COMMANDS, ownerName } from './file-commands.js';
import { NETWORK_COMMANDS } from './network-commands.js';
import { PROCESS_COMMANDS } from './process-commands.js';
import { SYSTEM_COMMANDS } from './system-commands.js';
import { TEXT_COMMANDS } from './text-commands.js';
import type { Builtin } from './builtin.js';
import { cut } from './cut.js';
import { GREP_COMMANDS } from './grep.js';
import { PRINT_COMMANDS } from './print-commands.js';
import { sed } from './sed.js';
import { STREAM_COMMANDS } from './stream-commands.js';
import { holds } from './test-command.js';
import { tr } from './tr.js';
import { DATA_COMMANDS } from './data-commands.js';
import { MACHINE_COMMANDS } from './machine-commands.js';
import { expr } from './expr.js';
import { perl } from './perl.js';
import { pathOf, type ShellState } from './shell-state.js';

/** Numbers `seq` counts at most. */
const MOST_NUMBERS = 2_000_000;

const print = (state: ShellState, text: string): number => {
  state.write('stdout', text);
  return 0;
};

const bracket: Builtin = ({ args, state }) =>
  holds(args.at(-1) === ']' ? args.slice(0, -1) : args, state) ? 0 : 1;

/**
 * The commands the small shell knows. All others succeed at once and say nothing, and what a script makes of that is not
 * believed (see SimulatedProcess).
 */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  ['true', () => 0],
  ['false', () => 1],
  ...PRINT_COMMANDS,
  ['expr', expr],
  ['perl', perl],
  ['test', ({ args, state }) => (holds(args, state) ? 0 : 1)],
  ['[', bracket],
  ...FILE_COMMANDS,
  ...TEXT_COMMANDS,
  ...STREAM_COMMANDS,
  ...GREP_COMMANDS,
  ['cut', cut],
  ['sed', sed],
  ['tr', tr],
  ...NETWORK_COMMANDS,
  ...PROCESS_COMMANDS,
  ...SYSTEM_COMMANDS,
  ...MACHINE_COMMANDS,
  ...DATA_COMMANDS,
  [
    'date',
    ({ state, args }) => {
      const format = args.find((arg) => arg.startsWith('+'))?.slice(1);
      return print(state, `${formatDate(state.startedMs + Math.min(state.nowMs, 1e12), format)}\n`);
    },
  ],
  ['whoami', ({ state }) => print(state, `${ownerName(state.files.identity.uid)}\n`)],
  [
    'id',
    ({ state, args }) => {
      const { uid, gid, groups } = state.files.identity;
      const named = (id: number): string => (id === 0 ? '0(root)' : String(id));
      if (args.includes('-u')) return print(state, `${uid}\n`);
      if (args.includes('-g')) return print(state, `${gid}\n`);
      const all = [...new Set([gid, ...groups])];
      if (args.includes('-G')) return print(state, `${all.join(' ')}\n`);
      return print(state, `uid=${named(uid)} gid=${named(gid)} groups=${all.map(named).join(',')}\n`);
    },
  ],
  ['pwd', ({ state }) => print(state, `${state.directory}\n`)],
  [
    'cd',
    ({ state, args }) => {
      const path = pathOf(state, args[0] ?? state.variables.get('HOME') ?? '/');
      if (!state.files.isDirectory(path)) {
        state.write(
          'stderr',
          `${state.shell}: cd: can't cd to ${args[0] ?? ''}: No such file or directory\n`,
        );
        return 2;
      }
      state.directory = path;
      return 0;
    },
  ],
  [
    'env',
    ({ state }) =>
      print(
        state,
        [...state.exported].map((name) => `${name}=${state.variables.get(name) ?? ''}\n`).join(''),
      ),
  ],
  [
    'printenv',
    ({ state, args }) => {
      const [name] = args;
      if (name === undefined)
        return print(
          state,
          [...state.exported].map((each) => `${each}=${state.variables.get(each) ?? ''}\n`).join(''),
        );
      if (!state.exported.has(name)) return 1;
      return print(state, `${state.variables.get(name) ?? ''}\n`);
    },
  ],
  [
    'seq',
    ({ state, args }) => {
      const numbers = args.map(Number);
      const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
      const step = numbers.length > 2 ? numbers[1] || 1 : 1;
      const last = numbers.at(-1) ?? 0;
      const count = Math.min(MOST_NUMBERS, Math.floor((last - first) / step) + 1);
      const lines: number[] = [];
      for (let index = 0; index < count; index++) lines.push(first + index * step);
      return print(state, lines.map((line) => `${line}\n`).join(''));
    },
  ],
  // They change what can't be seen from here.
  ...['umask', 'ulimit', 'sync', 'apk', 'apt-get', 'yum'].map((name): [string, Builtin] => [name, () => 0]),
]);
