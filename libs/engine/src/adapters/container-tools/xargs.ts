import type { ResolvedCommandContext, ExecResult } from 'just-bash';
import { quoted } from './quoted.js';

/** Commands one call starts at most; a shell counts those of each again. */
const MOST_CALLS = 10_000;
/** Words one command is given at most (the usual limit of GNU and busybox is about as much text). */
const MOST_WORDS = 5000;
/** Characters of one command with its words (Linux' ARG_MAX). */
const LONGEST_COMMAND = 2 * 1024 * 1024;

interface Options {
  readonly perCall: number;
  readonly perLine: boolean;
  readonly replace: string | undefined;
  readonly separator: string | undefined;
  readonly skipsEmpty: boolean;
  readonly isTold: boolean;
  readonly command: readonly string[];
}

/** `xargs`: gives the words of its input to a command, as many at a time as `-n`, `-L` and `-I` say. */
export async function xargs(
  args: readonly string[],
  context: ResolvedCommandContext,
  input: string,
): Promise<ExecResult> {
  const options = optionsOf(args);
  if (typeof options === 'string') return { stdout: '', stderr: `xargs: ${options}\n`, exitCode: 1 };
  const { exec } = context;
  if (!exec) return { stdout: '', stderr: 'xargs: cannot run commands here\n', exitCode: 126 };
  const { replace, command } = options;
  const groups = groupsOf(input, options);
  if (groups.length === 0 && !options.skipsEmpty && replace === undefined) groups.push([]);
  if (groups.length > MOST_CALLS)
    return { stdout: '', stderr: `xargs: more than ${MOST_CALLS} commands\n`, exitCode: 1 };
  let stdout = '';
  let stderr = '';
  let exitCode = 0;
  for (const group of groups) {
    const words = wordsOfCall(command, group, replace);
    if (!words)
      return { stdout, stdoutKind: 'bytes', stderr: `${stderr}xargs: argument line too long\n`, exitCode: 1 };
    if (options.isTold) stderr += `${words.join(' ')}\n`;
    const result = await exec(quoted(words), { cwd: context.cwd });
    stdout +=
      result.stdoutKind === 'bytes' ? result.stdout : Buffer.from(result.stdout, 'utf8').toString('latin1');
    stderr += result.stderr;
    if (result.exitCode === 255 || result.exitCode === 126 || result.exitCode === 127) {
      const isCommand = result.exitCode !== 255;
      return { stdout, stdoutKind: 'bytes', stderr, exitCode: isCommand ? result.exitCode : 124 };
    }
    if (result.exitCode !== 0) exitCode = 123;
  }
  return { stdout, stdoutKind: 'bytes', stderr, exitCode };
}

/** A command with the words it is given; undefined when that is longer than a command may be. */
function wordsOfCall(
  command: readonly string[],
  group: readonly string[],
  replace: string | undefined,
): string[] | undefined {
  let length = 0;
  const words: string[] = [];
  for (const word of replace === undefined ? [...command, ...group] : command) {
    const parts = replace === undefined ? [word] : word.split(replace);
    length += word.length + (parts.length - 1) * (group[0] ?? '').length;
    if (length > LONGEST_COMMAND) return undefined;
    words.push(parts.join(group[0]));
  }
  return words;
}

function optionsOf(args: readonly string[]): Options | string {
  let perCall = MOST_WORDS;
  let perLine = false;
  let replace: string | undefined;
  let separator: string | undefined;
  let skipsEmpty = false;
  let isTold = false;
  let at = 0;
  for (; at < args.length && args[at]?.startsWith('-'); at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at++;
      break;
    }
    const valued = /^-([nILPdsE])(.*)$/s.exec(arg);
    if (arg === '-i') replace = '{}';
    else if (valued) {
      const value = valued[2] || args[++at];
      if (value === undefined) return `option requires an argument -- '${valued[1]}'`;
      if (valued[1] === 'I') replace = value || undefined;
      else if (valued[1] === 'd')
        separator = value.replace(/\\n/, '\n').replace(/\\t/, '\t').replace(/\\0/, '\0');
      else if (valued[1] === 'n' || valued[1] === 'L') {
        const number = Number(value);
        if (!Number.isInteger(number) || number < 1) return `invalid number '${value}'`;
        perCall = Math.min(number, MOST_WORDS);
        perLine = valued[1] === 'L';
      }
    } else if (/^-[0rtx]+$/.test(arg)) {
      if (arg.includes('0')) separator = '\0';
      if (arg.includes('r')) skipsEmpty = true;
      if (arg.includes('t')) isTold = true;
    } else if (arg === '--null') separator = '\0';
    else if (arg === '--no-run-if-empty') skipsEmpty = true;
    else if (arg === '--verbose') isTold = true;
    else return `invalid option -- '${arg.replace(/^-+/, '')}'`;
  }
  const command = args.slice(at);
  return {
    perCall,
    perLine,
    replace,
    separator,
    skipsEmpty,
    isTold,
    command: command.length > 0 ? command : ['echo'],
  };
}

/** The words of each call, or with `-I` its line. */
function groupsOf(bytes: string, { perCall, perLine, replace, separator }: Options): string[][] {
  const input = Buffer.from(bytes, 'latin1').toString('utf8');
  if (replace !== undefined || perLine) {
    const lines = input.split(separator ?? '\n').filter((line) => line.trim() !== '');
    if (replace !== undefined) return lines.map((line) => [separator === undefined ? line.trim() : line]);
    return chunks(lines, perCall).map((group) => group.flatMap(wordsOf));
  }
  const words =
    separator === undefined
      ? wordsOf(input)
      : input.split(separator).filter((word, index, all) => word !== '' || index < all.length - 1);
  return chunks(words, perCall);
}

/** Words between blanks; quotes and backslashes keep blanks in a word. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  const pattern = /(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g;
  for (const [word] of text.matchAll(pattern))
    words.push(
      word.replaceAll(
        /"([^"\n]*)"|'([^'\n]*)'|\\([\s\S])/g,
        (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
      ),
    );
  return words;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < list.length; at += size) groups.push(list.slice(at, at + size));
  return groups;
}
