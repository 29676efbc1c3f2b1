import type { ClusterRuntime } from '../../runtime/cluster-runtime.js';
import type { StampedLine } from '../../runtime/running-pods.js';
import type { Pod } from '../../types/index.js';
import type { ExecShell } from '../exec-shell.js';
import {
  exitCodeOf,
  failureStatus,
  runRemoteCommand,
  SUCCESS,
  type CommandChannels,
  type RemoteCommand,
} from './remote-command.js';

/** Output sent and not taken at which a client misses what comes: a program does not wait for whoever watches it. */
const MOST_UNTAKEN_BYTES = 4 * 1024 * 1024;

/** What attaching needs. */
export interface AttachSurroundings {
  readonly shell: ExecShell;
  readonly runtime: ClusterRuntime;
}

/** Images whose program is a shell when nothing else is said. */
const SHELL_IMAGES = /(?:^|\/)(?:busybox|alpine|bash|debian|ubuntu)(?::|@|$)/;

/** Programs and scripts that do nothing before somebody types. */
const WAITS_FOR_INPUT = /(?:^|[\s;&|/])(?:cat|read(?:\s+\w+)?)\s*(?:$|[;&|])/;

/**
 * Connects a client to the program of a container: a shell on a terminal takes commands, everything else shows what it
 * writes until it ends.
 */
export function attach(
  { shell, runtime }: AttachSurroundings,
  pod: Pod,
  request: RemoteCommand,
  channels: CommandChannels,
): void {
  const { namespace = '', name = '' } = pod.metadata;
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])];
  const spec = all.find((container) => container.name === request.container);
  const program = spec?.command ?? spec?.args ?? (SHELL_IMAGES.test(spec?.image ?? '') ? ['sh'] : []);
  const life = runtime.running.get(namespace, name)?.containers.get(request.container)?.current;
  const isShell = program.length === 1 && /(?:^|\/)(?:ba|a|da)?sh$/.test(program[0] ?? '');
  const reads = isShell || program.some((word) => WAITS_FOR_INPUT.test(word));
  if (request.stdin && spec?.stdin && reads && life?.endedMs === undefined) {
    // The client's end is the container's own program: when it ends, so does the container. A client that leaves takes
    // the program's input with it only where the pod says that there is one client.
    let hasLeft = false;
    const left = (): void => void (hasLeft = !spec.stdinOnce);
    void runRemoteCommand(
      shell,
      { ...request, command: program },
      {
        stdout: channels.stdout,
        stderr: channels.stderr,
        terminal: channels.terminal,
        onStdin: (listener) =>
          channels.onStdin((chunk) => {
            if (!chunk) left();
            listener(chunk);
          }),
        onClose: (listener) =>
          channels.onClose(() => {
            left();
            listener();
          }),
        finish(status) {
          if (!hasLeft) life?.exit?.(exitCodeOf(status));
          channels.finish(SUCCESS);
        },
      },
    );
    return;
  }
  const log = runtime.logs({ namespace, pod: name, container: request.container });
  if (!log)
    return channels.finish(
      failureStatus(`container ${request.container} not found in pod ${name}_${namespace}`),
    );
  // A program that reads nothing is given nothing, and what is sent must not pile up.
  channels.onStdin(() => undefined);
  const newline = request.tty ? '\r\n' : '\n';
  let untaken = 0;
  const show = ({ stream, text, isOpen }: StampedLine): void => {
    if (untaken > MOST_UNTAKEN_BYTES) return;
    const bytes = Buffer.from(isOpen ? text : text + newline);
    untaken += bytes.length;
    (stream === 'stderr' && !request.tty ? channels.stderr : channels.stdout)(bytes);
    void Promise.resolve(channels.drained?.()).then(() => (untaken -= bytes.length));
  };
  // Who runs a program by hand wants to see what it wrote before the connection was there.
  if (spec?.stdin) for (const line of log.lines) show(line);
  const stop = log.follow(show, () => channels.finish(SUCCESS));
  channels.onClose(stop);
}
