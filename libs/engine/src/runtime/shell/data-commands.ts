import { FileError } from '../files/container-files.js';
import { DEVICES, deviceBytes } from '../files/devices.js';
import { bytesFromText, textFromBytes } from '../files/file-node.js';
import type { Builtin } from './builtin.js';
import { charged, pathOf, type ShellState } from './shell-state.js';

/** Bytes that `dd` moves at most: more than a file system holds, or a client is sent at a time. */
const MOST_MOVED = 128 * 1024 * 1024;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Names tried before there seems to be no free one. */
const MOST_TRIES = 100;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  c: 1,
  w: 2,
  b: 512,
  K: 1024,
  KB: 1000,
  M: 1024 ** 2,
  MB: 1000 ** 2,
  G: 1024 ** 3,
  GB: 1000 ** 3,
};

/** A number of bytes as tools take it: `4k`, `1M`; undefined for what is none. */
export function byteCount(text: string): number | undefined {
  const match = /^(\d{1,15})([cwb]|[kKMG]B?)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (UNITS[(match[2] ?? '').replace(/^k/, 'K')] ?? 1);
}

function fail(state: ShellState, told: string, code = 1): number {
  state.write('stderr', `${told}\n`);
  return code;
}

const dd: Builtin = ({ state, args, input }) => {
  const given = new Map<string, string>();
  for (const arg of args)
    given.set(arg.slice(0, Math.max(0, arg.indexOf('='))), arg.slice(arg.indexOf('=') + 1));
  const number = (name: string): number | undefined => {
    const text = given.get(name);
    return text === undefined ? undefined : byteCount(text);
  };
  const wrong = ['bs', 'count', 'skip', 'seek'].find((name) => given.has(name) && number(name) === undefined);
  if (wrong !== undefined) return fail(state, `dd: invalid number '${given.get(wrong)}'`);
  const block = number('bs') ?? 512;
  const count = number('count');
  const from = given.get('if');
  const length = count === undefined ? MOST_MOVED : count * block;
  if (length > MOST_MOVED && count !== undefined)
    return fail(state, `dd: memory exhausted by ${length} bytes; at most ${MOST_MOVED} are moved here`);
  let bytes: string;
  try {
    if (from !== undefined && DEVICES.has(pathOf(state, from))) {
      if (count === undefined) return fail(state, `dd: error writing: No space left on device`);
      bytes = deviceBytes(pathOf(state, from), length, state.startedMs + state.nowMs);
    } else {
      const whole = from === undefined ? bytesFromText(input) : state.files.read(pathOf(state, from));
      const start = (number('skip') ?? 0) * block;
      bytes = whole.slice(start, start + length);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(state, `dd: can't open '${from}': ${error.reason}`);
  }
  charged(state, bytes);
  const to = given.get('of');
  try {
    if (to === undefined) writeBytes(state, bytes);
    else writeAt(state, pathOf(state, to), bytes, (number('seek') ?? 0) * block, given.get('conv') ?? '');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isFull = error.code === 'ENOSPC';
    return fail(
      state,
      isFull ? `dd: error writing '${to}': ${error.reason}` : `dd: can't open '${to}': ${error.reason}`,
    );
  }
  const whole = Math.floor(bytes.length / Math.max(1, block));
  const part = bytes.length % Math.max(1, block) === 0 ? 0 : 1;
  const records = `${whole}+${part} records in\n${whole}+${part} records out\n`;
  const status = given.get('status');
  if (status !== 'none')
    state.write(
      'stderr',
      records + (status === 'noxfer' ? '' : `${bytes.length} bytes (${megabytes(bytes.length)}) copied\n`),
    );
  return 0;
};

const megabytes = (bytes: number): string =>
  bytes >= 1024 ** 2 ? `${(bytes / 1024 ** 2).toFixed(1)}MB` : `${(bytes / 1024).toFixed(1)}KB`;

function writeBytes(state: ShellState, bytes: string): void {
  if (state.writeBytes) state.writeBytes(bytes);
  else state.write('stdout', textFromBytes(bytes));
}

function writeAt(state: ShellState, path: string, bytes: string, start: number, conversion: string): void {
  const keeps = conversion.includes('notrunc');
  const old = state.files.exists(path) && (keeps || start > 0) ? state.files.read(path) : '';
  if (start > MOST_MOVED) throw new FileError('ENOSPC', 'write', path);
  const before = old.slice(0, start).padEnd(start, '\0');
  state.files.write(path, before + bytes + (keeps ? old.slice(start + bytes.length) : ''));
}

const truncate: Builtin = ({ state, args }) => {
  const at = args.findIndex((arg) => arg.startsWith('-s'));
  const text = at < 0 ? undefined : (args[at] ?? '').slice(2) || (args[at + 1] ?? '');
  const size = text === undefined ? undefined : byteCount(text.replace(/^[+-]/, ''));
  if (text === undefined || size === undefined) return fail(state, 'truncate: invalid number');
  if (size > MOST_MOVED) return fail(state, 'truncate: File too large');
  const files = args.filter((arg, index) => !arg.startsWith('-') && index !== at + 1);
  for (const file of files) {
    const path = pathOf(state, file);
    const old = state.files.exists(path) ? state.files.read(path) : '';
    const length = text.startsWith('+') ? old.length + size : text.startsWith('-') ? old.length - size : size;
    state.files.write(path, old.slice(0, Math.max(0, length)).padEnd(length, '\0'));
  }
  return 0;
};

const mktemp: Builtin = ({ state, args }) => {
  const isFolder = args.includes('-d');
  const isDry = args.includes('-u');
  const at = args.indexOf('-p');
  const [template] = args.filter((arg, index) => !arg.startsWith('-') && (at < 0 || index !== at + 1));
  const folder = at >= 0 ? (args[at + 1] ?? '') : (state.variables.get('TMPDIR') ?? '/tmp');
  const inFolder = template === undefined || args.includes('-t') || at >= 0;
  const name = template ?? 'tmp.XXXXXXXXXX';
  const marks = /X{3,}(?=[^X]*$)/.exec(name)?.[0] ?? '';
  if (marks === '') return fail(state, `mktemp: too few X's in template '${name}'`);
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const seed = deviceBytes('/dev/urandom', marks.length, state.startedMs + state.nowMs + attempt * 7919);
    const letters = Array.from(seed, (byte) => LETTERS.charAt(byte.charCodeAt(0) % LETTERS.length)).join('');
    const given = `${inFolder ? `${folder}/` : ''}${name.replace(/X{3,}(?=[^X]*$)/, letters)}`;
    const path = pathOf(state, given);
    if (state.files.exists(path)) continue;
    try {
      if (!isDry && isFolder) state.files.mkdir(path);
      else if (!isDry) state.files.write(path, '', { mode: 0o600 });
      if (!isDry && isFolder) state.files.chmod(path, 0o700);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(state, `mktemp: ${given}: ${error.reason}`);
    }
    state.write('stdout', `${given}\n`);
    return 0;
  }
  return fail(state, `mktemp: (null): File exists`);
};

const cmp: Builtin = ({ state, args }) => {
  const isSilent = args.some((arg) => /^-\w*[sq]/.test(arg));
  const names = args.filter((arg) => !/^-./.test(arg));
  const [first = '', second = '-'] = names;
  const contents: string[] = [];
  for (const name of [first, second]) {
    try {
      contents.push(name === '-' ? '' : state.files.read(pathOf(state, name)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(state, `cmp: can't open '${name}': ${error.reason}`, 2);
    }
  }
  const [a = '', b = ''] = contents;
  charged(state, a);
  if (a === b) return 0;
  let at = 0;
  const least = Math.min(a.length, b.length);
  while (at < least && a[at] === b[at]) at++;
  if (isSilent) return 1;
  if (at === least) return fail(state, `cmp: EOF on ${a.length < b.length ? first : second}`);
  const line = a.slice(0, at).split('\n').length;
  state.write('stdout', `${first} ${second} differ: char ${at + 1}, line ${line}\n`);
  return 1;
};

/** Commands that make and move bytes. */
export const DATA_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['dd', dd],
  ['truncate', truncate],
  ['mktemp', mktemp],
  ['cmp', cmp],
];
