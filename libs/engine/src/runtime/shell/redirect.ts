import { FileError } from '../files/container-files.js';
import { bytesFromText, textFromBytes } from '../files/file-node.js';
import { expandText } from './expand.js';
import type { Pause } from './processes.js';
import { charged, pathOf, type ShellState, type Sink } from './shell-state.js';
import type { Redirection } from './syntax.js';
import { TextPipe } from './text-pipe.js';

const NOWHERE: Sink = { write: () => undefined };

/** What redirections make of the streams of a command. */
export type Streams = Pick<ShellState, 'sinks' | 'input'>;

/** Streams as redirections ask for; undefined when a file could not be opened, which the script is told. */
export function* redirected(
  redirections: readonly Redirection[],
  state: ShellState,
): Generator<Pause, Streams | undefined, undefined> {
  try {
    return yield* streams(redirections, state);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.write('stderr', `${state.shell}: ${refusedFile(error)}\n`);
    return undefined;
  }
}

/** As busybox' shell says it. */
function refusedFile({ code, reason, call, path }: FileError): string {
  const isRead = call === 'read';
  const why = code === 'ENOENT' ? (isRead ? 'no such file' : 'nonexistent directory') : reason;
  return `can't ${isRead ? 'open' : 'create'} ${path}: ${why}`;
}

function* streams(
  redirections: readonly Redirection[],
  state: ShellState,
): Generator<Pause, Streams, undefined> {
  const sinks = [...state.sinks];
  let { input } = state;
  for (const { from, kind, to } of redirections) {
    const target = yield* expandText(to, state);
    switch (kind) {
      case 'text':
        input = TextPipe.of(target);
        break;
      case 'read':
        input = opened(state, target);
        break;
      case 'duplicate': {
        const stream = target.replace(/^\/dev\/fd\//, '');
        if (from === 0) input = stream === '-' ? TextPipe.of('') : input;
        else if (typeof from === 'number') sinks[from] = stream === '-' ? NOWHERE : sinks[Number(stream)];
        break;
      }
      case 'write':
      case 'append': {
        const sink = sinkOf(target, kind === 'append', state, sinks);
        for (const stream of from === 'both' ? [1, 2] : [from]) sinks[stream] = sink;
        break;
      }
    }
  }
  return { sinks, input };
}

function sinkOf(
  path: string,
  append: boolean,
  state: ShellState,
  sinks: readonly (Sink | undefined)[],
): Sink {
  if (path === '/dev/null') return NOWHERE;
  if (path === '/dev/stdout' || path === '/dev/fd/1') return sinks[1] ?? NOWHERE;
  if (path === '/dev/stderr' || path === '/dev/fd/2') return sinks[2] ?? NOWHERE;
  // The outputs of the first process, from wherever in the container.
  const own = /^\/proc\/(?:1|self)\/fd\/([12])$/.exec(path)?.[1];
  if (own !== undefined) return sinks[Number(own)] ?? NOWHERE;
  const file = pathOf(state, path);
  state.work++;
  asNamed(path, 'create', () => state.files.write(file, '', { append }));
  return {
    write: (text) => state.files.write(file, bytesFromText(charged(state, text)), { append: true }),
  };
}

function opened(state: ShellState, path: string): TextPipe {
  if (path === '/dev/null') return TextPipe.of('');
  if (path === '/dev/stdin' || path === '/dev/fd/0' || path === '/proc/self/fd/0') return state.input;
  const bytes = asNamed(path, 'read', () => state.files.read(pathOf(state, path)));
  return TextPipe.of(textFromBytes(charged(state, bytes)));
}

/** Errors name the file as the script does. */
function asNamed<T>(path: string, call: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? new FileError(error.code, call, path) : error;
  }
}
