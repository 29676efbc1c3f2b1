import { FileError } from '../files/container-files.js';
import type { Builtin } from './builtin.js';
import { regularExpression, type Dialect } from './regular-expressions.js';
import { charged, pathOf, type ShellState } from './shell-state.js';
import { eachText, linesOf, readOrTold } from './stream-commands.js';

/** Flags by their long names. */
const LONG: Readonly<Record<string, string>> = {
  'ignore-case': 'i',
  'invert-match': 'v',
  count: 'c',
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  quiet: 'q',
  silent: 'q',
  'only-matching': 'o',
  'line-number': 'n',
  recursive: 'r',
  'word-regexp': 'w',
  'line-regexp': 'x',
  'no-filename': 'h',
  'with-filename': 'H',
  'files-with-matches': 'l',
};
/** Files that are looked through of a folder. */
const MOST_FILES = 10_000;
/** Flags with a value. */
const VALUED = 'efmABC';

interface Request {
  readonly patterns: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly files: readonly string[];
  readonly most: number;
}

function requestOf(args: readonly string[], state: ShellState): Request {
  const flags = new Set<string>();
  const patterns: string[] = [];
  const words: string[] = [];
  let most = Infinity;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (!/^-./.test(arg)) {
      words.push(arg);
      continue;
    }
    if (arg.startsWith('--')) {
      const name = arg.slice(2);
      if (Object.hasOwn(LONG, name)) flags.add(LONG[name] ?? '');
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg.charAt(at);
      if (!VALUED.includes(letter)) {
        flags.add(letter);
        continue;
      }
      const value = arg.slice(at + 1) || (args[++index] ?? '');
      if (letter === 'e') patterns.push(value);
      else if (letter === 'm') most = Number(value);
      else if (letter === 'f') patterns.push(...linesOf(readOrTold('grep', value, state) ?? ''));
      else state.noteUnknown();
      break;
    }
  }
  if (patterns.length === 0) patterns.push(...(words.shift() ?? '').split('\n'));
  return { patterns, flags, files: words, most };
}

/** Whether a line is one that is looked for, and what of it. */
function matcherOf(
  { patterns, flags }: Request,
  dialect: Dialect,
  state: ShellState,
): (line: string) => readonly string[] | undefined {
  const isWhole = flags.has('x');
  const isWord = flags.has('w');
  const ignoresCase = flags.has('i');
  const isPlain = (pattern: string): boolean => dialect === 'fixed' || !/[\\^$.*+?()[\]{}|]/.test(pattern);
  if (!isWhole && !isWord && !flags.has('o') && patterns.every(isPlain)) {
    const folded = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
    const needles = patterns.map(folded);
    return (line) => (needles.some((needle) => folded(line).includes(needle)) ? [] : undefined);
  }
  const regexes = patterns.map((pattern) => {
    const regex = regularExpression(pattern, dialect, ignoresCase);
    if (!regex) state.noteUnknown();
    return regex;
  });
  return (line) => {
    state.work += line.length / 16;
    const found: string[] = [];
    let isFound = false;
    for (const regex of regexes) {
      const matcher = regex?.matcher(line);
      while (matcher?.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        const text = line.slice(start, end);
        if (isWhole && text !== line) continue;
        if (isWord && (/\w$/.test(line.slice(0, start)) || /^\w/.test(line.slice(end)))) continue;
        isFound = true;
        if (text !== '') found.push(text);
        if (!flags.has('o')) return [];
      }
    }
    return isFound ? found : undefined;
  };
}

const grepAs = (own: Dialect): Builtin =>
  function* (context) {
    const { state, args } = context;
    const request = requestOf(args, state);
    const { flags, most } = request;
    const matches = matcherOf(request, flags.has('F') ? 'fixed' : flags.has('E') ? 'extended' : own, state);
    const isDeep = flags.has('r') || flags.has('R');
    const files = isDeep
      ? filesBelow(request.files.length > 0 ? request.files : ['.'], state)
      : request.files;
    const isNamed = !flags.has('h') && (flags.has('H') || isDeep || files.length > 1);
    const isQuiet = flags.has('q');
    let isFound = false;
    let code = 0;
    for (const file of files.length > 0 ? files : ['-']) {
      let count = 0;
      let number = 0;
      const name = isNamed ? `${file === '-' ? '(standard input)' : file}:` : '';
      const failed = yield* eachText('grep', [file], context, (text) => {
        let printed = '';
        for (const line of linesOf(text)) {
          number++;
          const found = matches(line);
          if ((found === undefined) !== flags.has('v')) continue;
          count++;
          const place = name + (flags.has('n') ? `${number}:` : '');
          if (flags.has('o')) for (const each of found ?? []) printed += `${place}${each}\n`;
          else printed += `${place}${line}\n`;
          if (count >= most || isQuiet || flags.has('l')) break;
        }
        if (printed !== '' && !isQuiet && !flags.has('c') && !flags.has('l')) state.write('stdout', printed);
        return !(count >= most || (count > 0 && (isQuiet || flags.has('l'))));
      });
      if (failed !== 0) code = 2;
      if (count > 0) isFound = true;
      if (flags.has('c') && !isQuiet) state.write('stdout', `${name}${count}\n`);
      if (flags.has('l') && count > 0) state.write('stdout', `${file}\n`);
      if (isQuiet && isFound) return 0;
    }
    return isFound ? 0 : code || 1;
  };

function filesBelow(paths: readonly string[], state: ShellState): readonly string[] {
  const found: string[] = [];
  const open = [...paths].reverse();
  for (let path = open.pop(); path !== undefined && found.length < MOST_FILES; path = open.pop()) {
    const place = pathOf(state, path);
    if (!state.files.isDirectory(place)) {
      found.push(path);
      continue;
    }
    try {
      const names = state.files.list(place);
      charged(state, names.join('/'));
      for (const name of [...names].reverse()) open.push(`${path.replace(/\/$/, '')}/${name}`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return found;
}

/** Commands that look for lines. */
export const GREP_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['grep', grepAs('basic')],
  ['egrep', grepAs('extended')],
  ['fgrep', grepAs('fixed')],
];
