import { formatDate } from './format-date.js';
import { FILE_COMMANDS, ownerName } from './file-commands.js';
import { NETWORK_COMMANDS } from './network-commands.js';
import { PROCESS_COMMANDS } from './process-commands.js';
import { SYSTEM_COMMANDS } from './system-commands.js';
import { TEXT_COMMANDS } from './text-commands.js';
import type { Builtin } from './builtin.js';
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

const unescape = (text: string): string =>
  text.replace(/\\([nt\\])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : '\\'));

function test(args: readonly string[], state: ShellState): boolean {
  let negations = 0;
  while (args[negations] === '!') negations++;
  if (negations > 0) return test(args.slice(negations), state) !== (negations % 2 === 1);
  const [first = '', operator = '', third = ''] = args;
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return first !== '';
    case 2:
      return unary(first, operator, state);
    default:
      return binary(first, operator, third);
  }
}

function unary(operator: string, operand: string, state: ShellState): boolean {
  const path = pathOf(state, operand);
  const exists = state.files.exists(path);
  // What is not there now may come from somewhere else.
  if (!exists && /^-[efdrswx]$/.test(operator)) state.noteOutside();
  const readable = (bit: number): boolean =>
    exists && (state.files.identity.uid === 0 || (state.files.stat(path).mode & bit) !== 0);
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-e':
      return exists;
    case '-f':
      return exists && !state.files.isDirectory(path);
    case '-r':
      return readable(0o444);
    case '-w':
      return readable(0o222);
    case '-x':
      return exists && (state.files.stat(path).mode & 0o111) !== 0;
    case '-s':
      return exists && !state.files.isDirectory(path) && state.files.read(path) !== '';
    case '-d':
      return state.files.isDirectory(path);
    default:
      return false;
  }
}

function binary(a: string, operator: string, b: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '-eq':
      return Number(a) === Number(b);
    case '-ne':
      return Number(a) !== Number(b);
    case '-lt':
      return Number(a) < Number(b);
    case '-le':
      return Number(a) <= Number(b);
    case '-gt':
      return Number(a) > Number(b);
    case '-ge':
      return Number(a) >= Number(b);
    default:
      return false;
  }
}

const bracket: Builtin = ({ args, state }) =>
  test(args.at(-1) === ']' || args.at(-1) === ']]' ? args.slice(0, -1) : args, state) ? 0 : 1;

/**
 * The commands the small shell knows. All others succeed at once and say nothing, and what a script makes of that is not
 * believed (see SimulatedProcess).
 */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  ['true', () => 0],
  ['false', () => 1],
  [
    'echo',
    ({ state, args }) => {
      const flag = /^-[ne]+$/.exec(args[0] ?? '')?.[0] ?? '';
      const text = (flag ? args.slice(1) : args).join(' ');
      return print(state, (flag.includes('e') ? unescape(text) : text) + (flag.includes('n') ? '' : '\n'));
    },
  ],
  [
    'printf',
    ({ state, args }) => {
      let next = 1;
      return print(
        state,
        unescape(args[0] ?? '').replace(/%([sd%])/g, (_, kind: string) =>
          kind === '%' ? '%' : (args[next++] ?? ''),
        ),
      );
    },
  ],
  ['expr', expr],
  ['perl', perl],
  ['test', ({ args, state }) => (test(args, state) ? 0 : 1)],
  ['[', bracket],
  ['[[', bracket],
  ...FILE_COMMANDS,
  ...TEXT_COMMANDS,
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
  [
    'hostname',
    ({ state, args }) =>
      print(state, `${args.includes('-i') ? state.network.ip : (state.variables.get('HOSTNAME') ?? '')}\n`),
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
    'export',
    ({ state, args }) => {
      for (const arg of args) {
        const at = arg.indexOf('=');
        if (at > 0) state.variables.set(arg.slice(0, at), arg.slice(at + 1));
        state.exported.add(at > 0 ? arg.slice(0, at) : arg);
      }
      return 0;
    },
  ],
  [
    'trap',
    ({ state, args }) => {
      for (const signal of args.slice(1)) state.traps.set(signal.replace(/^SIG/, ''), args[0] ?? '');
      return 0;
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
  [
    'shift',
    ({ state, args }) => {
      state.parameters = state.parameters.slice(Number(args[0] ?? 1));
      return 0;
    },
  ],
  // They change what can't be seen from here.
  ...['set', 'umask', 'ulimit', 'wait', 'sync', 'apk', 'apt-get', 'yum', 'kill'].map(
    (name): [string, Builtin] => [name, () => 0],
  ),
]);
