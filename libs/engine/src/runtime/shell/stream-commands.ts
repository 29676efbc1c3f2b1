import { FileError } from '../files/container-files.js';
import { bytesFromText, textFromBytes } from '../files/file-node.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import type { Pause } from './processes.js';
import { charged, pathOf, type ShellState } from './shell-state.js';

/** What is handed on in one piece. */
const PIECE = 32 * 1024;
/** How often a file is looked at that may grow, as busybox does. */
const LOOK_AGAIN_MS = 1000;
/** Text that `yes` writes where it is not waited for. */
const LONGEST_YES = 1024 * 1024;
/** Files whose end is never followed by more. */
const NEVER_GROWS = /^\/dev\//;

/** A program that takes time and hands something back. */
export type Working<T> = Generator<Pause, T, undefined>;

/** Lets others have their turn; where a pipe is full, until it has room or is read no more: then writing to it ends the writer. */
export function* room(state: ShellState): Working<void> {
  const pipe = state.sinks[1]?.pipe;
  if (!pipe?.isFull) yield { ms: 0 };
  else yield { ms: Infinity, until: () => !pipe.isFull || pipe.isBroken };
}

/** Writes a long text in pieces, as fast as it is read. */
export function* writeAll(state: ShellState, text: string): Working<void> {
  for (let at = 0; at < text.length; at += PIECE) {
    yield* room(state);
    state.write('stdout', text.slice(at, at + PIECE));
  }
}

/** What is told of files that can't be read; undefined when it could. */
export function readOrTold(name: string, given: string, state: ShellState): string | undefined {
  try {
    return textFromBytes(charged(state, state.files.read(pathOf(state, given))));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    // A file that is not there may come from somewhere else.
    state.noteOutside();
    const told = name === 'cat' || name === 'tail' || name === 'head' ? `can't open '${given}'` : given;
    state.write('stderr', `${name}: ${told}: ${error.reason}\n`);
    return undefined;
  }
}

/** The pieces of the input as they come; whole lines at a time when that is asked for. */
export function* eachPiece(
  { state }: BuiltinContext,
  act: (text: string) => boolean | void,
  byLine = true,
): Working<void> {
  const { input } = state;
  for (;;) {
    const text = byLine ? input.takeLines() : input.take(PIECE);
    if (text !== '') {
      if (act(charged(state, text)) === false) return;
      yield* room(state);
    } else if (input.isEnded) return;
    else yield { ms: Infinity, until: () => (byLine ? input.hasLine : input.isReady) };
  }
}

/** Files by name, `-` and none for the input. Hands on all of each as it comes; false from `act` ends it. Answers the exit code. */
export function* eachText(
  name: string,
  files: readonly string[],
  context: BuiltinContext,
  act: (text: string, file: string) => boolean | void,
  byLine = true,
): Working<number> {
  let code = 0;
  for (const file of files.length > 0 ? files : ['-']) {
    if (file === '-' || file === '/dev/stdin') {
      yield* eachPiece(context, (text) => act(text, file), byLine);
      continue;
    }
    const text = readOrTold(name, file, context.state);
    if (text === undefined) {
      code = 1;
      continue;
    }
    for (const piece of piecesOf(text)) {
      if (act(piece, file) === false) return code;
      yield* room(context.state);
    }
  }
  return code;
}

/** A long text in pieces of whole lines, as far as its lines are not longer than a piece. */
function* piecesOf(text: string): Generator<string, void, undefined> {
  for (let at = 0; at < text.length;) {
    const end = at + PIECE >= text.length ? -1 : text.lastIndexOf('\n', at + PIECE);
    const next = at + PIECE >= text.length ? text.length : end >= at ? end + 1 : nextEnd(text, at);
    yield text.slice(at, next);
    at = next;
  }
}

function nextEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

/** The lines of a text, without their ends. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const operands = (args: readonly string[]): string[] => args.filter((arg) => !/^-./.test(arg));

const cat: Builtin = function* (context) {
  const { state, args } = context;
  const isNumbered = args.some((arg) => /^-[a-zA-Z]*n/.test(arg));
  let line = 0;
  let code = 0;
  const files = operands(args);
  for (const file of files.length > 0 ? files : ['-']) {
    const shown = (text: string): string =>
      isNumbered
        ? linesOf(text)
            .map((each) => `${String(++line).padStart(6)}\t${each}\n`)
            .join('')
        : text;
    if (file === '-') {
      yield* eachPiece(context, (text) => state.write('stdout', shown(text)), isNumbered);
      continue;
    }
    const text = readOrTold('cat', file, state);
    if (text === undefined) code = 1;
    else yield* writeAll(state, shown(text));
  }
  return code;
};

/** The number behind `-n` or `-c`: `-n 5`, `-n5` or `-5`, and the files. */
function countOf(args: readonly string[]): {
  readonly count: string;
  readonly isBytes: boolean;
  readonly files: readonly string[];
} {
  let count = '10';
  let isBytes = false;
  const files: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const [, letter, own] = /^(?:-([nc])|--(?:lines|bytes)=|-)([+-]?\d+[kKmM]?)?$/.exec(arg) ?? [];
    if (/^-[fFqvs]+$/.test(arg) || !arg.startsWith('-')) {
      if (!arg.startsWith('-')) files.push(arg);
      continue;
    }
    if (arg === '-') files.push(arg);
    else if (letter !== undefined || own !== undefined) {
      isBytes = letter === 'c' || arg.startsWith('--bytes');
      count = own ?? args[++index] ?? count;
    }
  }
  return { count, isBytes, files };
}

function amount(text: string): number {
  const [, digits = '0', unit = ''] = /(\d+)([kKmM]?)$/.exec(text) ?? [];
  return Number(digits) * (unit === '' ? 1 : /k/i.test(unit) ? 1024 : 1024 * 1024);
}

const head: Builtin = function* (context) {
  const { state, args } = context;
  const { count, isBytes, files } = countOf(args);
  const most = amount(count);
  // All but the last ones: those are known at the end only.
  if (count.startsWith('-')) {
    let all = '';
    const code = yield* eachText('head', files, context, (text) => void (all += text));
    const lines = linesOf(all);
    yield* writeAll(
      state,
      lines
        .slice(0, Math.max(0, lines.length - most))
        .map((line) => `${line}\n`)
        .join(''),
    );
    return code;
  }
  let left = most;
  if (left === 0) return 0;
  return yield* eachText(
    'head',
    files,
    context,
    (text) => {
      if (isBytes) {
        const bytes = bytesFromText(text).slice(0, left);
        left -= bytes.length;
        state.write('stdout', textFromBytes(bytes));
        return left > 0;
      }
      let end = 0;
      while (left > 0 && end < text.length) {
        const next = text.indexOf('\n', end);
        end = next < 0 ? text.length : next + 1;
        left--;
      }
      state.write('stdout', text.slice(0, end));
      return left > 0;
    },
    !isBytes,
  );
};

const tail: Builtin = function* (context) {
  const { state, args } = context;
  const { count, isBytes, files } = countOf(args);
  const follows = args.some((arg) => /^-[a-zA-Z]*[fF]/.test(arg) || arg.startsWith('--follow'));
  const isFrom = count.startsWith('+');
  const wanted = amount(count);
  const end = (text: string): string => {
    if (isBytes) {
      const bytes = bytesFromText(text);
      return textFromBytes(
        isFrom ? bytes.slice(Math.max(0, wanted - 1)) : wanted === 0 ? '' : bytes.slice(-wanted),
      );
    }
    const lines = text.split(/(?<=\n)/);
    return (isFrom ? lines.slice(Math.max(0, wanted - 1)) : wanted === 0 ? [] : lines.slice(-wanted)).join(
      '',
    );
  };
  if (files.length === 0 || files[0] === '-') {
    let all = '';
    yield* eachPiece(context, (text) => void (all += text), false);
    yield* writeAll(state, end(all));
    return 0;
  }
  const seen = new Map<string, number>();
  let code = 0;
  for (const file of files) {
    if (follows && NEVER_GROWS.test(pathOf(state, file))) continue;
    const text = readOrTold('tail', file, state);
    if (text === undefined) code = 1;
    else {
      if (files.length > 1) state.write('stdout', `==> ${file} <==\n`);
      yield* writeAll(state, end(text));
    }
    if (text !== undefined || args.some((arg) => /^-[a-zA-Z]*F/.test(arg)))
      seen.set(file, sizeOf(file, state));
  }
  if (!follows) return code;
  const isQuiet = files.every((file) => NEVER_GROWS.test(pathOf(state, file)));
  if (seen.size === 0 && !isQuiet) return 1;
  if (!isQuiet) state.noteOutside();
  for (;;) {
    yield { ms: isQuiet ? Infinity : LOOK_AGAIN_MS };
    state.work++;
    for (const [file, before] of seen) {
      const size = sizeOf(file, state);
      if (size === before) continue;
      const bytes = charged(state, state.files.read(pathOf(state, file)));
      seen.set(file, size);
      // A file that has become shorter was begun anew.
      yield* writeAll(state, textFromBytes(bytes.slice(size < before ? 0 : before)));
    }
  }
};

function sizeOf(file: string, state: ShellState): number {
  const path = pathOf(state, file);
  return state.files.exists(path) && !state.files.isDirectory(path) ? state.files.read(path).length : 0;
}

const tee: Builtin = function* (context) {
  const { state, args } = context;
  const paths = operands(args);
  const sinks: string[] = [];
  let code = 0;
  for (const path of paths) {
    try {
      state.files.write(pathOf(state, path), '', { append: args.includes('-a') });
      sinks.push(pathOf(state, path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      state.write('stderr', `tee: ${path}: ${error.reason}\n`);
      code = 1;
    }
  }
  yield* eachPiece(
    context,
    (text) => {
      for (const path of sinks) state.files.write(path, bytesFromText(text), { append: true });
      state.write('stdout', text);
    },
    false,
  );
  return code;
};

const yes: Builtin = function* ({ state, args }) {
  const line = `${args.length > 0 ? args.join(' ') : 'y'}\n`;
  // Nothing slows it down where nobody waits for it: a part stands for all.
  if (!state.sinks[1]?.pipe) {
    state.write('stdout', line.repeat(Math.max(1, Math.floor(LONGEST_YES / line.length))));
    yield { ms: Infinity };
  }
  for (;;) {
    state.write('stdout', line.repeat(Math.max(1, Math.floor(1024 / line.length))));
    state.work++;
    yield { ms: 1 };
    yield* room(state);
  }
};

const wc: Builtin = function* (context) {
  const { state, args } = context;
  const asked = args.filter((arg) => /^-[lwcmL]+$/.test(arg)).join('') || 'lwc';
  const files = operands(args);
  const totals = [0, 0, 0];
  const shown = (counts: readonly number[], name: string): string => {
    const [lines = 0, words = 0, bytes = 0] = counts;
    const parts = [
      ...(asked.includes('l') ? [lines] : []),
      ...(asked.includes('w') ? [words] : []),
      ...(/[cm]/.test(asked) ? [bytes] : []),
    ];
    const text =
      parts.length === 1 ? String(parts[0]) : parts.map((part) => String(part).padStart(7)).join(' ');
    return `${text}${name === '' ? '' : ` ${name}`}\n`;
  };
  let code = 0;
  for (const file of files.length > 0 ? files : ['-']) {
    const counts = [0, 0, 0];
    let last = ' ';
    const failed = yield* eachText(
      'wc',
      [file],
      context,
      (text) => {
        counts[0] = (counts[0] ?? 0) + text.split('\n').length - 1;
        const begun = last !== '' && !/\s/.test(last) && !/^\s/.test(text) ? 1 : 0;
        counts[1] = (counts[1] ?? 0) + text.split(/\s+/).filter(Boolean).length - begun;
        counts[2] = (counts[2] ?? 0) + bytesFromText(text).length;
        last = text.at(-1) ?? '';
      },
      false,
    );
    code ||= failed;
    if (failed !== 0) continue;
    for (const index of [0, 1, 2]) totals[index] = (totals[index] ?? 0) + (counts[index] ?? 0);
    state.write('stdout', shown(counts, files.length === 0 ? '' : file));
  }
  if (files.length > 1) state.write('stdout', shown(totals, 'total'));
  return code;
};

/** Commands that hand on what they read as it comes. */
export const STREAM_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['cat', cat],
  ['head', head],
  ['tail', tail],
  ['tee', tee],
  ['yes', yes],
  ['wc', wc],
];
