import { createHash } from 'node:crypto';
import type { ByteString, CustomCommand, defineCommand } from 'just-bash';
import { ContainerFiles, FileError, sizeOf } from '../../runtime/files/container-files.js';
import { turn } from '../turns.js';

/** Text that a tool handles at a time which has no pauses: a few tenths of a second, in which everybody waits. */
const MOST_TEXT = 4 * 1024 * 1024;
/** Tools that go through all of a text without a pause. */
const WITHOUT_PAUSE =
  'awk column comm diff expand fold gunzip gzip jq join nl paste rev sed shuf sort split strings tac unexpand uniq xxd yq zcat'.split(
    ' ',
  );
/** Lines that `awk` goes through: it has no pauses, and ends by itself with what it has done by then. */
export const MOST_RECORDS = 30_000;
const DIGESTS = { md5sum: 'md5', sha1sum: 'sha1', sha256sum: 'sha256', sha512sum: 'sha512' } as const;
/** Bytes handled before others have their turn; a multiple of three, so that base64 goes on. */
const PIECE = 3 * 256 * 1024;
const LINE = 76;

type Context = Parameters<Parameters<typeof defineCommand>[1]>[1];

/** Tools that would keep everybody waiting on large texts: some have pauses, the others refuse what is too large. */
export function largeTexts(
  define: typeof defineCommand,
  latin1FromBytes: (bytes: ByteString) => string,
  files: ContainerFiles,
): CustomCommand[] {
  const say = (stdout: string, stderr = '', exitCode = 0) => Promise.resolve({ stdout, stderr, exitCode });
  const original = async (name: string, args: readonly string[], context: Context) =>
    (await context.origCommand?.([...args])) ?? (await say('', `${name}: cannot run here\n`, 126));
  const bytesOf = (file: string, context: Context): string =>
    file === '-' ? latin1FromBytes(context.stdin) : files.read(ContainerFiles.resolve(context.cwd, file));
  const linesIn = (args: readonly string[], context: Context): number => {
    const paths = args.map((arg) => ContainerFiles.resolve(context.cwd, arg));
    const named = paths.filter((path) => sizeAt(files, path) > 0);
    const texts = named.length > 0 ? named.map((path) => files.read(path)) : [latin1FromBytes(context.stdin)];
    return texts.reduce((lines, text) => lines + (text.match(/\n/g)?.length ?? 0), 0);
  };

  return [
    ...WITHOUT_PAUSE.map((name) =>
      define(name, async (args, context) => {
        let size = 0;
        for (const arg of args) size += sizeAt(files, ContainerFiles.resolve(context.cwd, arg));
        // What is given to it counts where no file is named.
        if (size === 0) size = latin1FromBytes(context.stdin).length;
        const advice = 'are handled here; take a part with head, tail or grep\n';
        if (size > MOST_TEXT)
          return await say('', `${name}: ${size} bytes of input: at most ${MOST_TEXT} ${advice}`, 1);
        if (name === 'awk' && size > MOST_RECORDS) {
          const lines = linesIn(args, context);
          if (lines > MOST_RECORDS)
            return await say('', `awk: ${lines} lines of input: at most ${MOST_RECORDS} ${advice}`, 1);
        }
        return await original(name, args, context);
      }),
    ),
    ...Object.entries(DIGESTS).map(([name, algorithm]) =>
      define(name, async (args, context) => {
        if (args.some((arg) => /^-./.test(arg))) return await original(name, args, context);
        const printed = { stdout: '', stderr: '', exitCode: 0 };
        for (const file of args.length > 0 ? args : ['-']) {
          try {
            const bytes = bytesOf(file, context);
            const hash = createHash(algorithm);
            for (let at = 0; at < bytes.length; at += PIECE) {
              hash.update(bytes.slice(at, at + PIECE), 'latin1');
              await turn();
            }
            printed.stdout += `${hash.digest('hex')}  ${file}\n`;
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            printed.stderr += `${name}: ${file}: ${error.reason}\n`;
            printed.exitCode = 1;
          }
        }
        return printed;
      }),
    ),
    define('base64', async (args, context) => {
      const known = /^(?:-[di]+|--decode|-w\d*|--wrap=\d+)$/;
      const isWidth = (index: number): boolean => args[index - 1] === '-w';
      const words = args.filter((arg, index) => !known.test(arg) && !isWidth(index));
      if (words.length > 1 || words.some((word) => /^-./.test(word)))
        return await original('base64', args, context);
      const given = /\d+$/.exec(args.find((arg) => /^-w|^--wrap/.test(arg)) ?? '')?.[0];
      const width = Number(given ?? (args.includes('-w') ? args[args.indexOf('-w') + 1] : LINE));
      const decodes = args.some((arg) => /^-i?d|^--decode/.test(arg));
      try {
        const bytes = bytesOf(words[0] ?? '-', context);
        return decodes ? await decoded(bytes) : await say(await encoded(bytes, width));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return await say('', `base64: ${words[0] ?? ''}: ${error.reason}\n`, 1);
      }
    }),
  ];
}

function sizeAt(files: ContainerFiles, path: string): number {
  try {
    return files.isDirectory(path) ? 0 : sizeOf(files.stat(path));
  } catch (error) {
    if (error instanceof FileError) return 0;
    throw error;
  }
}

async function encoded(bytes: string, width: number): Promise<string> {
  const lines: string[] = [];
  let rest = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    const text = rest + Buffer.from(bytes.slice(at, at + PIECE), 'latin1').toString('base64');
    const whole = width > 0 ? text.length - (text.length % width) : text.length;
    if (width === 0) lines.push(text);
    else for (let from = 0; from < whole; from += width) lines.push(`${text.slice(from, from + width)}\n`);
    rest = text.slice(whole);
    await turn();
  }
  if (rest !== '') lines.push(`${rest}\n`);
  return lines.join('');
}

async function decoded(text: string): Promise<{
  stdout: string;
  stdoutKind: 'bytes';
  stderr: string;
  exitCode: number;
}> {
  const parts: string[] = [];
  let rest = '';
  for (let at = 0; at < text.length; at += PIECE) {
    const clean = rest + text.slice(at, at + PIECE).replace(/\s+/g, '');
    const whole = clean.length - (clean.length % 4);
    parts.push(Buffer.from(clean.slice(0, whole), 'base64').toString('latin1'));
    rest = clean.slice(whole);
    await turn();
  }
  const isBroken = rest !== '' || /[^A-Za-z0-9+/=\s]/.test(text.slice(0, PIECE));
  if (rest !== '') parts.push(Buffer.from(rest, 'base64').toString('latin1'));
  return {
    stdout: parts.join(''),
    stdoutKind: 'bytes',
    stderr: isBroken ? 'base64: invalid input\n' : '',
    exitCode: isBroken ? 1 : 0,
  };
}
