import { ContainerFiles, FileError, modeText, sizeOf } from '../files/container-files.js';
import { textFromBytes } from '../files/file-node.js';
import { formatTime } from '../../time.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { charged, pathOf, type ShellState } from './shell-state.js';

/** Arguments that are not flags. */
export const operands = (args: readonly string[]): string[] => args.filter((arg) => !/^-./.test(arg));

const hasFlag = (args: readonly string[], letter: string): boolean =>
  args.some((arg) => /^-[A-Za-z]+$/.test(arg) && arg.includes(letter));

/** Does something for each operand; what fails is told and gives exit code 1. */
function eachOperand(
  name: string,
  context: BuiltinContext,
  act: (path: string, given: string) => void,
): number {
  let code = 0;
  for (const given of operands(context.args)) {
    try {
      act(pathOf(context.state, given), given);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      context.state.write('stderr', `${name}: ${given}: ${error.reason}\n`);
      code = 1;
    }
  }
  return code;
}

/** The text of a file, or of the input when none is named. */
export function textOf({ state, input }: BuiltinContext, file: string | undefined): string {
  return charged(
    state,
    file === undefined || file === '-' ? input : textFromBytes(state.files.read(pathOf(state, file))),
  );
}

/** Price of an entry of a directory, in commands: it is looked up, put in order and told of. */
const ENTRY_WORK = 2;

/** The names in a directory, which a script pays for whatever becomes of them. */
function namesIn(state: ShellState, path: string): readonly string[] {
  const names = state.files.list(path);
  state.work += names.length * ENTRY_WORK;
  return names;
}

function longLine(state: ShellState, path: string, name: string): string {
  const node = state.files.stat(path, false);
  const target = node.kind === 'link' ? ` -> ${node.target}` : '';
  const time = formatTime(node.modifiedMs).slice(0, 16).replace('T', ' ');
  const owner = `${ownerName(node.uid)} ${ownerName(node.gid)}`;
  return `${modeText(node)}    1 ${owner} ${String(sizeOf(node)).padStart(9)} ${time} ${name}${target}\n`;
}

export const ownerName = (id: number): string => (id === 0 ? 'root' : id === 65_534 ? 'nobody' : String(id));

/** What `mount` says is mounted. */
const MOUNTED = {
  ext4: '/dev/sda1',
  tmpfs: 'tmpfs',
  overlay: 'overlay',
  proc: 'proc',
  cgroup2: 'cgroup',
} as const;

const ls: Builtin = (context) => {
  const { state, args } = context;
  const all = hasFlag(args, 'a') || hasFlag(args, 'A');
  const line = (path: string, name: string): string =>
    hasFlag(args, 'l') ? longLine(state, path, name) : `${name}\n`;
  const paths = operands(args);
  const deep = hasFlag(args, 'R');
  const show = (path: string, shown: string, titled: boolean): void => {
    const names = namesIn(state, path).filter((name) => all || !name.startsWith('.'));
    const title = titled ? `${shown}:\n` : '';
    const total = hasFlag(args, 'l') ? `total ${names.length * 4}\n` : '';
    state.write(
      'stdout',
      title + total + names.map((name) => line(ContainerFiles.resolve(path, name), name)).join(''),
    );
    if (!deep) return;
    for (const name of names) {
      const inner = ContainerFiles.resolve(path, name);
      if (state.files.stat(inner, false).kind !== 'directory') continue;
      state.write('stdout', '\n');
      show(inner, `${shown}/${name}`, true);
    }
  };
  let first = true;
  return eachOperand('ls', { ...context, args: paths.length > 0 ? args : [...args, '.'] }, (path, shown) => {
    if (hasFlag(args, 'd') || !state.files.isDirectory(path)) {
      state.files.stat(path, false);
      return state.write('stdout', line(path, shown));
    }
    if (!first) state.write('stdout', '\n');
    first = false;
    show(path, shown, deep || paths.length > 1);
  });
};

/** Where images keep what they bring; what is not known of there is taken to be there. */
const IMAGE_FILES = /^\/(?:usr|bin|sbin|opt|app|lib)\//;

function copy(state: ShellState, from: string, to: string): void {
  if (IMAGE_FILES.test(from) && !state.files.exists(from)) return state.files.write(to, '', { mode: 0o755 });
  const node = state.files.stat(from);
  if (node.kind !== 'directory')
    return state.files.write(to, charged(state, state.files.read(from)), { mode: node.mode });
  state.files.mkdir(to, true);
  for (const name of namesIn(state, from)) copy(state, `${from}/${name}`, `${to}/${name}`);
}

const intoDirectory = (state: ShellState, from: string, to: string): string =>
  state.files.isDirectory(to) ? ContainerFiles.resolve(to, from.slice(from.lastIndexOf('/') + 1)) : to;

const modeOf = (text: string, before: number): number => {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  const match = /^([ugoa]*)([+=-])([rwx]*)$/.exec(text);
  if (!match) return before;
  const [, who = '', operator, what = ''] = match;
  const bits = (what.includes('r') ? 4 : 0) + (what.includes('w') ? 2 : 0) + (what.includes('x') ? 1 : 0);
  const classes = who === '' || who.includes('a') ? 'ugo' : who;
  let mask = 0;
  for (const [letter, shift] of [
    ['u', 6],
    ['g', 3],
    ['o', 0],
  ] as const)
    if (classes.includes(letter)) mask |= bits << shift;
  return operator === '-' ? before & ~mask : before | mask;
};

const pair = (
  name: string,
  act: (state: ShellState, from: string, to: string, args: readonly string[]) => void,
): [string, Builtin] => [
  name,
  (context) => {
    const { state, args } = context;
    const given = operands(args);
    const last = given.pop() ?? '';
    return eachOperand(name, { ...context, args: given }, (from) =>
      act(state, from, pathOf(state, last), args),
    );
  },
];

/** Bytes as `hexdump -C` shows them. */
function hexDump(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const numbers = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const half = `${numbers.slice(0, 8).join(' ')}  ${numbers.slice(8).join(' ')}`;
    const shown = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    text += `${at.toString(16).padStart(8, '0')}  ${half.padEnd(50)}|${shown}|\n`;
  }
  return `${text}${bytes.length.toString(16).padStart(8, '0')}\n`;
}

/** Commands that work on files. */
export const FILE_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['ls', ls],
  ['touch', (context) => eachOperand('touch', context, (path) => context.state.files.touch(path))],
  [
    'rm',
    (context) =>
      eachOperand('rm', context, (path) =>
        context.state.files.remove(path, {
          recursive: hasFlag(context.args, 'r') || hasFlag(context.args, 'R'),
          force: hasFlag(context.args, 'f'),
        }),
      ),
  ],
  ['rmdir', (context) => eachOperand('rmdir', context, (path) => context.state.files.remove(path))],
  [
    'mkdir',
    (context) =>
      eachOperand('mkdir', context, (path) => context.state.files.mkdir(path, hasFlag(context.args, 'p'))),
  ],
  pair('cp', (state, from, to) => copy(state, from, intoDirectory(state, from, to))),
  pair('mv', (state, from, to) => state.files.rename(from, to)),
  pair('ln', (state, from, to, args) => {
    if (hasFlag(args, 'f')) state.files.remove(to, { force: true });
    if (hasFlag(args, 's')) state.files.symlink(from, intoDirectory(state, from, to));
    else state.files.hardLink(from, to);
  }),
  [
    'chmod',
    (context) => {
      const { state, args } = context;
      const [mode = '', ...paths] = args.filter((arg) => arg !== '-R');
      return eachOperand('chmod', { ...context, args: paths }, (path) =>
        state.files.chmod(path, modeOf(mode, state.files.stat(path).mode)),
      );
    },
  ],
  [
    'chown',
    (context) => {
      const { state, args } = context;
      const [owner = '', ...paths] = args.filter((arg) => arg !== '-R');
      const [user = '', group = user] = owner.split(':');
      const id = (name: string): number =>
        name === 'root' ? 0 : name === 'nobody' ? 65_534 : Number(name) || 0;
      return eachOperand('chown', { ...context, args: paths }, (path) =>
        state.files.chown(path, id(user), id(group)),
      );
    },
  ],
  [
    'stat',
    (context) => {
      const { state, args } = context;
      const at = args.findIndex((arg) => arg === '-c' || arg === '--format');
      const format = at >= 0 ? (args[at + 1] ?? '') : '%n %s %a';
      const paths = args.filter((_, index) => at < 0 || index !== at + 1);
      return eachOperand('stat', { ...context, args: paths }, (path, given) => {
        const node = state.files.stat(path);
        const values: Record<string, string> = {
          n: given,
          s: String(sizeOf(node)),
          a: (node.mode & 0o7777).toString(8),
          A: modeText(node),
          u: String(node.uid),
          g: String(node.gid),
          U: ownerName(node.uid),
          G: ownerName(node.gid),
          Y: String(Math.floor(node.modifiedMs / 1000)),
          F: node.kind === 'directory' ? 'directory' : 'regular file',
        };
        state.write(
          'stdout',
          `${format.replace(/%([a-zA-Z])/g, (whole, key: string) => values[key] ?? whole)}\n`,
        );
      });
    },
  ],
  [
    'hexdump',
    (context) =>
      eachOperand('hexdump', context, (path) =>
        context.state.write(
          'stdout',
          hexDump(Buffer.from(charged(context.state, context.state.files.read(path)), 'latin1')),
        ),
      ),
  ],
  [
    'mount',
    ({ state, args }) => {
      const at = args.indexOf('-t');
      const wanted = at < 0 ? undefined : args[at + 1]?.split(',');
      for (const { path, type, readOnly } of state.files.mounts)
        if (wanted?.includes(type) ?? true)
          state.write(
            'stdout',
            `${MOUNTED[type]} on ${path} type ${type} (${readOnly ? 'ro' : 'rw'},relatime)\n`,
          );
      return 0;
    },
  ],
];
