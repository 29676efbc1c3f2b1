import { ExecError, type ExecShell, type ExecTarget } from '../exec-shell.js';

/** Input that a command may be given; what `kubectl cp` copies in must fit. */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;
/** Programs that are spoken to line by line on a terminal. */
const SHELLS = new Set([
  'sh',
  'bash',
  'ash',
  'dash',
  '/bin/sh',
  '/bin/bash',
  '/bin/ash',
  '/bin/dash',
  '/usr/bin/bash',
]);

/** What a client asks to run (core/v1 PodExecOptions). */
export interface RemoteCommand extends ExecTarget {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** The client's end of a command, whatever carries it. */
export interface CommandChannels {
  readonly stdout: (chunk: Uint8Array) => void;
  readonly stderr: (chunk: Uint8Array) => void;
  /** Sends the outcome and closes everything. */
  finish(status: CommandStatus): void;
  /** Calls back with input, and once with undefined at its end. */
  onStdin(listener: (chunk: Uint8Array | undefined) => void): void;
  /** Calls back when the client has gone. */
  onClose(listener: () => void): void;
}

/** How a command ended, as a Status. */
export type CommandStatus = Readonly<Record<string, unknown>>;

export const SUCCESS: CommandStatus = { metadata: {}, status: 'Success' };

/** The Status of an exit code. */
export function exitStatus(code: number): CommandStatus {
  if (code === 0) return SUCCESS;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** The exit code that a Status tells of; 1 for commands that could not be run. */
export function exitCodeOf(status: CommandStatus): number {
  if (status['status'] === 'Success') return 0;
  const { causes = [] } = (status['details'] ?? {}) as {
    causes?: readonly { reason?: string; message?: string }[];
  };
  const code = causes.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined ? 1 : Number(code);
}

/** The Status of a command that could not be run. */
export function failureStatus(message: string): CommandStatus {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}

/** Runs a command between a container and a client. */
export async function runRemoteCommand(
  shell: ExecShell,
  request: RemoteCommand,
  channels: CommandChannels,
): Promise<void> {
  try {
    const [program = '', ...args] = request.command;
    const isTerminal =
      request.tty && request.stdin && SHELLS.has(program) && args.every((arg) => /^-[il]+$/.test(arg));
    channels.finish(
      exitStatus(
        isTerminal ? await runTerminal(shell, request, channels) : await runOnce(shell, request, channels),
      ),
    );
  } catch (error) {
    channels.finish(failureStatus(error instanceof Error ? error.message : String(error)));
  }
}

async function runTerminal(
  shell: ExecShell,
  request: RemoteCommand,
  channels: CommandChannels,
): Promise<number> {
  const session = await shell.session(request, (text) => channels.stdout(Buffer.from(text)));
  const decoder = new TextDecoder();
  channels.onStdin((chunk) => {
    // The end of the input is the end of the terminal.
    if (chunk) session.input(decoder.decode(chunk, { stream: true }));
    else session.input('\u0004');
  });
  channels.onClose(() => session.close());
  return await session.ended;
}

async function runOnce(shell: ExecShell, request: RemoteCommand, channels: CommandChannels): Promise<number> {
  const abort = new AbortController();
  channels.onClose(() => abort.abort());
  const stdin = request.stdin && !request.tty ? await readInput(channels) : undefined;
  const { namespace, pod, container, command } = request;
  const archive = asArchive(command);
  const { stdout, stderr, exitCode } = await shell.exec({
    namespace,
    pod,
    container,
    command: archive ?? command,
    ...(stdin && { stdin }),
    signal: abort.signal,
  });
  const shown = (bytes: Uint8Array): Uint8Array =>
    request.tty
      ? Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1')
      : bytes;
  if (archive) channels.stdout(Buffer.from(Buffer.from(stdout).toString('latin1'), 'base64'));
  else if (stdout.length > 0) channels.stdout(shown(stdout));
  // A terminal has one output only.
  if (stderr.length > 0) (request.tty ? channels.stdout : channels.stderr)(shown(stderr));
  return exitCode;
}

/**
 * What `kubectl cp` runs to copy out of a container: an archive on standard output. Archives hold any bytes, and the shell
 * hands out text; so the archive leaves it as base64. Absolute paths are packed without their leading slash, as tar does.
 */
function asArchive(command: readonly string[]): readonly string[] | undefined {
  const [program, mode = '', file, ...paths] = command;
  if (program !== 'tar' || !/^-?c\w*f$/.test(mode) || file !== '-') return undefined;
  const members = paths.every((path) => path.startsWith('/'))
    ? ['-C', '/', ...paths.map((path) => path.replace(/^\/+/, '') || '.')]
    : paths;
  return ['sh', '-c', 'set -o pipefail; tar "$0" - "$@" | base64 -w 0', mode, ...members];
}

async function readInput(channels: CommandChannels): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    channels.onStdin((chunk) => {
      if (!chunk) return resolve();
      size += chunk.length;
      if (size > MOST_INPUT_BYTES)
        reject(new ExecError(`the input is larger than ${MOST_INPUT_BYTES} bytes`));
      else chunks.push(chunk);
    });
    channels.onClose(resolve);
  });
  return Buffer.concat(chunks);
}
