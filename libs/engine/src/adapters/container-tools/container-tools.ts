import { randomBytes } from 'node:crypto';
import type { ByteString, CustomCommand, defineCommand } from 'just-bash';
import { DEVICES } from '../../runtime/files/devices.js';
import { ContainerFiles } from '../../runtime/files/container-files.js';
import { byteCount } from '../../runtime/shell/data-commands.js';
import { largeTexts } from './large-texts.js';
import { quoted } from './quoted.js';
import { tar } from './tar.js';
import { xargs } from './xargs.js';

/** Bytes of a device that are handed on at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Usual tools that the shell does not have, or not as containers do. */
export function containerTools(
  define: typeof defineCommand,
  latin1FromBytes: (bytes: ByteString) => string,
  files: ContainerFiles,
): CustomCommand[] {
  const say = (stdout: string, stderr = '', exitCode = 0) => Promise.resolve({ stdout, stderr, exitCode });
  return [
    define('xargs', (args, context) => xargs(args, context, latin1FromBytes(context.stdin))),
    define('tar', (args, context) => tar(args, context, latin1FromBytes(context.stdin), files)),
    // A device has no end to read to: so much of it is made as is asked for.
    define('head', async (args, context) => {
      const at = args.findIndex((arg) => /^-c\d*[kKM]?$/.test(arg));
      const length = at < 0 ? undefined : byteCount((args[at] ?? '').slice(2) || (args[at + 1] ?? ''));
      const device = ContainerFiles.resolve(context.cwd, args.at(-1) ?? '');
      if (length === undefined || !DEVICES.has(device))
        return (await context.origCommand?.(args)) ?? say('', 'head: cannot run here\n', 126);
      if (length > MOST_BYTES) return await say('', `head: at most ${MOST_BYTES} bytes are made here\n`, 1);
      const bytes = device === '/dev/zero' ? '\0'.repeat(length) : randomBytes(length).toString('latin1');
      return { stdout: bytes, stdoutKind: 'bytes' as const, stderr: '', exitCode: 0 };
    }),
    define('nohup', async (args, context) =>
      args.length === 0 || !context.exec
        ? await say('', 'nohup: missing operand\n', 125)
        : await context.exec(quoted(args), {
            cwd: context.cwd,
            stdin: latin1FromBytes(context.stdin),
            stdinKind: 'bytes',
          }),
    ),
    // The shell's own doesn't know values that hang on their letters.
    define('od', async (args, context) => {
      const apart = args.flatMap((arg) => {
        const glued = /^-([AtNjw])(.+)$/.exec(arg);
        return glued ? [`-${glued[1]}`, glued[2] ?? ''] : [arg];
      });
      return (await context.origCommand?.(apart)) ?? (await say('', 'od: cannot run here\n', 126));
    }),
    ...largeTexts(define, latin1FromBytes, files),
    define('umask', () => say('0022\n')),
    define('ulimit', (args) => say(args.includes('-n') ? '1048576\n' : 'unlimited\n')),
    define('sync', () => say('')),
  ];
}
