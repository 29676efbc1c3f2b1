import { clearTimeout, setTimeout } from 'node:timers';
import { ExecError } from '../exec-error.js';
import type { ShellSession } from '../shell-session.js';
import type { ExecShell, ExecTarget } from '../exec-shell.js';
import { Terminal } from '../terminal.js';

/** Input that a command may be given; what `kubectl cp` copies in must fit. */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;
/** Input that all commands may hold at a time. */
const MOST_INPUT_TOGETHER = 8 * MOST_INPUT_BYTES;
/** How long a command waits for the first byte of its input. */
const FIRST_INPUT_MS = 1500;
/** What is sent in one piece. */
const PIECE_BYTES = 32 * 1024;
/** Programs that take no input: nothing is waited for. */
const NEVER_READ = new Set(
  'date df dig du echo env false find hostname id ls mkdir mount nslookup printenv printf ps pwd rm seq sleep stat touch true uname whoami'.split(
    ' ',
  ),
);
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
  /** Waits until the client has taken most of what was sent. */
  drained?(): Promise<void>;
  /** Sends the outcome and closes everything. */
  finish(status: CommandStatus): void;
  /** Calls back with input, and once with undefined at its end. */
  onStdin(listener: (chunk: Uint8Array | undefined) => void): void;
  /** Where the client sits, when it tells its size. */
  readonly terminal?: Terminal | undefined;
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
  asked: RemoteCommand,
  channels: CommandChannels,
): Promise<void> {
  try {
    const request = asked.tty ? { ...asked, terminal: channels.terminal ?? new Terminal() } : asked;
    const [program = '', ...args] = request.command;
    const isTerminal =
      request.tty && request.stdin && SHELLS.has(program) && args.every((arg) => /^-[il]+$/.test(arg));
    const takesScript =
      request.stdin && !request.tty && SHELLS.has(program) && args.every((arg) => /^-[ils]+$/.test(arg));
    const run = isTerminal
      ? runTerminal
      : takesScript
        ? runPiped
        : request.tty && request.stdin
          ? runTyped
          : runOnce;
    channels.finish(exitStatus(await run(shell, request, channels)));
  } catch (error) {
    channels.finish(failureStatus(error instanceof Error ? error.message : String(error)));
  }
}

async function runTerminal(
  shell: ExecShell,
  request: RemoteCommand,
  channels: CommandChannels,
): Promise<number> {
  return await converse(await shell.session(request, terminalOf(channels)), channels);
}

/** A command on a terminal: what is typed is for it, if it reads. */
async function runTyped(
  shell: ExecShell,
  request: RemoteCommand,
  channels: CommandChannels,
): Promise<number> {
  const session = await shell.typed(request, request.command, terminalOf(channels));
  return session ? await converse(session, channels) : await runOnce(shell, request, channels);
}

const terminalOf =
  (channels: CommandChannels): ((text: string) => Promise<void>) =>
  async (text) => {
    channels.stdout(Buffer.from(text));
    await channels.drained?.();
  };

async function converse(session: ShellSession, channels: CommandChannels): Promise<number> {
  const decoder = new TextDecoder();
  channels.onStdin((chunk) => {
    // The end of the input is the end of the terminal.
    if (chunk) session.input(decoder.decode(chunk, { stream: true }));
    else session.input('\u0004');
  });
  channels.onClose(() => session.close());
  return await session.ended;
}

/** Each command of a script that a client sends is run as it comes. */
async function runPiped(
  shell: ExecShell,
  request: RemoteCommand,
  channels: CommandChannels,
): Promise<number> {
  const piped = await shell.piped(request, outputOf(request, channels));
  channels.onStdin((chunk) => piped.input(chunk));
  channels.onClose(() => piped.close());
  return await piped.ended;
}

/** Sends what a command writes, in pieces, as fast as the client takes them. */
function outputOf(
  request: RemoteCommand,
  channels: CommandChannels,
): (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> {
  return async (stream, bytes) => {
    // A terminal has one output only.
    const send = stream === 'stdout' || request.tty ? channels.stdout : channels.stderr;
    const shown = request.tty
      ? Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1')
      : bytes;
    for (let at = 0; at < shown.length; at += PIECE_BYTES) {
      send(shown.subarray(at, at + PIECE_BYTES));
      await channels.drained?.();
    }
  };
}

async function runOnce(shell: ExecShell, request: RemoteCommand, channels: CommandChannels): Promise<number> {
  const abort = new AbortController();
  channels.onClose(() => abort.abort());
  const { namespace, pod, container, command, terminal } = request;
  if (request.stdin && command.length === 1 && /^(?:\/bin\/)?cat$/.test(command[0] ?? ''))
    return await passOn(channels);
  const live = shell.live(request, command, request.stdin && !request.tty, outputOf(request, channels));
  if (live) {
    if (request.stdin && !request.tty) channels.onStdin((chunk) => live.write(chunk));
    else channels.onStdin(() => undefined);
    channels.onClose(() => live.close());
    if (!request.stdin || request.tty) live.write(undefined);
    return await live.ended;
  }
  const wantsInput = request.stdin && !request.tty && !NEVER_READ.has(command[0] ?? '');
  const input = wantsInput ? await readInput(channels) : undefined;
  // What nobody reads must not pile up.
  if (!wantsInput) channels.onStdin(() => undefined);
  try {
    return await shell.exec({
      namespace,
      pod,
      container,
      command,
      terminal,
      ...(input && { stdin: input.bytes }),
      signal: abort.signal,
      output: outputOf(request, channels),
    });
  } finally {
    input?.release();
  }
}

/** `cat` gives back what it is given, as it comes. */
async function passOn(channels: CommandChannels): Promise<number> {
  return await new Promise((resolve, reject) => {
    let untaken = 0;
    channels.onStdin((chunk) => {
      if (!chunk) return resolve(0);
      untaken += chunk.length;
      if (untaken > MOST_INPUT_BYTES)
        return reject(new ExecError(`more than ${MOST_INPUT_BYTES} bytes of output were not taken`));
      channels.stdout(chunk);
      void Promise.resolve(channels.drained?.()).then(() => (untaken -= chunk.length));
    });
    channels.onClose(() => resolve(0));
  });
}

/**
 * Everything a client sends. A client whose terminal is connected and who types nothing sends nothing either, not even an
 * end; so a command waits for the first byte for a moment only.
 */
async function readInput(
  channels: CommandChannels,
): Promise<{ readonly bytes: Uint8Array; readonly release: () => void }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isDone = false;
  const release = (): void => {
    inputTogether -= size;
    size = 0;
  };
  await new Promise<void>((resolve, reject) => {
    const done = (problem?: string): void => {
      isDone = true;
      clearTimeout(timer);
      if (problem === undefined) return resolve();
      release();
      reject(new ExecError(problem));
    };
    const timer = setTimeout(() => done(), FIRST_INPUT_MS);
    channels.onStdin((chunk) => {
      if (isDone) return;
      clearTimeout(timer);
      if (!chunk) return done();
      size += chunk.length;
      inputTogether += chunk.length;
      chunks.push(chunk);
      if (size > MOST_INPUT_BYTES) done(`the input is larger than ${MOST_INPUT_BYTES} bytes`);
      else if (inputTogether > MOST_INPUT_TOGETHER)
        done('other commands hold too much input at the moment; try again when they have ended');
    });
    channels.onClose(() => done());
  });
  return { bytes: Buffer.concat(chunks), release };
}

/** Bytes of input that commands hold at the moment. */
let inputTogether = 0;
