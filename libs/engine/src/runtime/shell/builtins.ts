import { formatTime } from '../../time.js';
import type { ShellState } from './interpret.js';

export interface BuiltinContext {
  readonly state: ShellState;
  readonly args: readonly string[];
  readonly input: string;
}

/** The exit code, or `forever` for a command that never ends. */
type Builtin = (context: BuiltinContext) => number | 'forever';

const print = (state: ShellState, text: string): number => {
  state.write('stdout', text);
  return 0;
};

const unescape = (text: string): string =>
  text.replace(/\\([nt\\])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : '\\'));

function test(args: readonly string[], state: ShellState): boolean {
  const [first = '', operator = '', third = ''] = args;
  if (first === '!') return !test(args.slice(1), state);
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
  const exists = state.files.has(operand);
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-e':
    case '-f':
    case '-r':
    case '-x':
      return exists;
    case '-s':
      return (state.files.get(operand) ?? '') !== '';
    case '-d':
      return [...state.files.keys()].some((path) => path.startsWith(`${operand}/`));
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

const paths = (args: readonly string[]): string[] => args.filter((arg) => !arg.startsWith('-'));

const cat: Builtin = ({ state, args, input }) => {
  let code = 0;
  const files = paths(args);
  if (files.length === 0) return print(state, input);
  for (const path of files) {
    const text = state.files.get(path);
    if (text === undefined) {
      state.write('stderr', `cat: can't open '${path}': No such file or directory\n`);
      code = 1;
    } else state.write('stdout', text);
  }
  return code;
};

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
  ['test', ({ args, state }) => (test(args, state) ? 0 : 1)],
  ['[', bracket],
  ['[[', bracket],
  ['cat', cat],
  [
    'touch',
    ({ state, args }) => {
      for (const path of paths(args)) if (!state.files.has(path)) state.files.set(path, '');
      return 0;
    },
  ],
  [
    'rm',
    ({ state, args }) => {
      for (const path of paths(args)) {
        for (const file of state.files.keys())
          if (file === path || file.startsWith(`${path}/`)) state.files.delete(file);
      }
      return 0;
    },
  ],
  [
    'cp',
    ({ state, args }) => {
      const [from = '', to = ''] = paths(args);
      // A file nobody wrote is one of the image's.
      state.files.set(to, state.files.get(from) ?? '');
      return 0;
    },
  ],
  [
    'ls',
    ({ state, args }) => {
      const [path = '/'] = paths(args);
      if (state.files.has(path)) return print(state, `${path}\n`);
      const prefix = path.endsWith('/') ? path : `${path}/`;
      const names = [...state.files.keys()]
        .filter((file) => file.startsWith(prefix))
        .map((file) => file.slice(prefix.length).split('/')[0] ?? '');
      return print(
        state,
        [...new Set(names)]
          .sort()
          .map((name) => `${name}\n`)
          .join(''),
      );
    },
  ],
  ['date', ({ state }) => print(state, `${formatTime(state.startedMs + Math.min(state.nowMs, 1e12))}\n`)],
  ['hostname', ({ state }) => print(state, `${state.variables.get('HOSTNAME') ?? ''}\n`)],
  ['whoami', ({ state }) => print(state, 'root\n')],
  ['pwd', ({ state }) => print(state, '/\n')],
  ['uname', ({ state }) => print(state, 'Linux\n')],
  [
    'env',
    ({ state }) => print(state, [...state.variables].map(([name, value]) => `${name}=${value}\n`).join('')),
  ],
  ['printenv', ({ state, args }) => print(state, `${state.variables.get(args[0] ?? '') ?? ''}\n`)],
  [
    'export',
    ({ state, args }) => {
      for (const arg of args) {
        const at = arg.indexOf('=');
        if (at > 0) state.variables.set(arg.slice(0, at), arg.slice(at + 1));
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
      const [first, last] = numbers.length > 1 ? [numbers[0], numbers.at(-1)] : [1, numbers[0]];
      let text = '';
      for (let value = first ?? 1; value <= Math.min(last ?? 0, (first ?? 1) + 10_000); value++)
        text += `${value}\n`;
      return print(state, text);
    },
  ],
  [
    'grep',
    ({ state, args, input }) => {
      const [pattern = '', file] = paths(args);
      const text = file === undefined ? input : (state.files.get(file) ?? '');
      const found = text.split('\n').filter((line) => line !== '' && line.includes(pattern));
      if (!args.includes('-q') && found.length > 0) state.write('stdout', `${found.join('\n')}\n`);
      return found.length > 0 ? 0 : 1;
    },
  ],
  // They change what can't be seen from here.
  ...[
    'cd',
    'set',
    'mkdir',
    'chmod',
    'chown',
    'ln',
    'mv',
    'umask',
    'ulimit',
    'wait',
    'sync',
    'apk',
    'apt-get',
    'yum',
    'kill',
  ].map((name): [string, Builtin] => [name, () => 0]),
  ['tail', ({ args }) => (args.some((arg) => /^-[nF]*f|^-F/i.test(arg)) ? 'forever' : 0)],
]);
