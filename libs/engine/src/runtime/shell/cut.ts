import { bytesFromText, textFromBytes } from '../files/file-node.js';
import type { Builtin } from './builtin.js';
import { eachText, linesOf } from './stream-commands.js';

type Range = readonly [from: number, to: number];

/** Ranges of a list as `1,3-5,7-`, counted from one and in order; undefined for what is none. */
function rangesOf(list: string): Range[] | undefined {
  const ranges: Range[] = [];
  for (const part of list.split(',')) {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!found || part === '' || part === '-') return undefined;
    const [, first = '', dash, last = ''] = found;
    const from = first === '' ? 1 : Number(first);
    const to = dash === '' ? from : last === '' ? Infinity : Number(last);
    if (from < 1 || to < from) return undefined;
    ranges.push([from, to]);
  }
  // Each part is printed once, in the order it has in the line.
  const merged: Range[] = [];
  for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

/** All that is in none of the ranges. */
function complementOf(ranges: readonly Range[]): Range[] {
  const others: Range[] = [];
  let next = 1;
  for (const [from, to] of ranges) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next < Infinity) others.push([next, Infinity]);
  return others;
}

interface Wanted {
  readonly kind: 'b' | 'c' | 'f';
  readonly ranges: readonly Range[];
  readonly delimiter: string;
  /** What stands between parts that are printed; undefined where characters follow each other. */
  readonly between: string | undefined;
  /** Lines without a delimiter are left out. */
  readonly onlyDelimited: boolean;
}

function cutOf(
  line: string,
  { kind, ranges, delimiter, between, onlyDelimited }: Wanted,
): string | undefined {
  if (kind === 'f') {
    if (!line.includes(delimiter)) return onlyDelimited ? undefined : line;
    const fields = line.split(delimiter);
    return ranges.flatMap(([from, to]) => fields.slice(from - 1, to)).join(between ?? delimiter);
  }
  if (kind === 'b') {
    const bytes = bytesFromText(line);
    return ranges.map(([from, to]) => textFromBytes(bytes.slice(from - 1, to))).join(between ?? '');
  }
  const chars = Array.from(line);
  return ranges.map(([from, to]) => chars.slice(from - 1, to).join('')).join(between ?? '');
}

/** What the arguments ask for, and of which files; a message for what can't be read. */
function wantedOf(args: readonly string[]): { readonly wanted: Wanted; readonly files: string[] } | string {
  let kind: Wanted['kind'] | undefined;
  let list = '';
  let delimiter = '\t';
  let between: string | undefined;
  const files: string[] = [];
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const [, long, given] = /^--([a-z-]+)(?:=([^]*))?$/.exec(arg) ?? [];
    const short = { bytes: 'b', characters: 'c', fields: 'f', delimiter: 'd', 'output-delimiter': 'o' }[
      long ?? ''
    ];
    if (arg === '--') {
      files.push(...args.slice(index + 1));
      break;
    }
    if (arg === '--complement' || arg === '--only-delimited') flags.add(arg.charAt(2));
    else if (/^-[sn]+$/.test(arg))
      for (const letter of arg.slice(1)) flags.add(letter === 's' ? 'o' : letter);
    else if (short !== undefined || /^-[bcfd]/.test(arg) || /^-s[bcfd]/.test(arg)) {
      const glued = arg.startsWith('-s') ? `-${arg.slice(2)}` : arg;
      if (glued !== arg) flags.add('o');
      const letter = short ?? glued.charAt(1);
      const value = (short === undefined ? glued.slice(2) || undefined : given) ?? args[++index];
      if (value === undefined) return `option requires an argument -- '${letter}'`;
      if (letter === 'd') delimiter = value;
      else if (letter === 'o') between = value;
      else {
        if (kind !== undefined) return 'only one type of list may be specified';
        kind = letter as Wanted['kind'];
        list = value;
      }
    } else if (/^-./.test(arg)) return `unrecognized option '${arg}'`;
    else files.push(arg);
  }
  if (kind === undefined) return 'you must specify a list of bytes, characters, or fields';
  if (Array.from(delimiter).length !== 1) return 'the delimiter must be a single character';
  const ranges = rangesOf(list);
  if (!ranges) return `invalid byte, character or field list: '${list}'`;
  const chosen = flags.has('c') ? complementOf(ranges) : ranges;
  return { wanted: { kind, ranges: chosen, delimiter, between, onlyDelimited: flags.has('o') }, files };
}

/** Prints parts of lines: bytes, characters or fields by their numbers. */
export const cut: Builtin = function* (context) {
  const { state, args } = context;
  const asked = wantedOf(args);
  if (typeof asked === 'string') {
    state.write('stderr', `cut: ${asked}\n`);
    return 1;
  }
  const { wanted, files } = asked;
  return yield* eachText('cut', files, context, (text) => {
    const lines = linesOf(text).flatMap((line) => {
      const part = cutOf(line, wanted);
      return part === undefined ? [] : [`${part}\n`];
    });
    if (lines.length > 0) state.write('stdout', lines.join(''));
  });
};
