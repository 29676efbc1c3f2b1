import type { Bash } from 'just-bash';
import type { Clock } from '../clock.js';
import { FileError } from '../runtime/files/container-files.js';
import { bytesFromText } from '../runtime/files/file-node.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import { parseImageReference } from '../runtime/image-reference.js';
import { imageBehaviour } from '../runtime/images/index.js';
import { processesOf, type PodProcess } from '../runtime/pod-processes.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import type { Container } from '../types/index.js';
import { containerCommands } from './container-commands.js';
import { MOST_RECORDS } from './container-tools/large-texts.js';
import { quoted } from './container-tools/quoted.js';
import { ContinuedShell } from './continued-shell.js';
import { ExecError } from './exec-error.js';
import { fair, withoutTurns } from './fair-script.js';
import { LiveScript } from './live-script.js';
import { PipedShell } from './piped-shell.js';
import { ShellFileSystem } from './shell-file-system.js';
import { ShellSession } from './shell-session.js';
import { signalProgram } from './signals.js';
import { HeldTooLong, loadSteps, stepLimit } from './step-limit.js';
import { streamable } from './streamable.js';
import { streaming } from './streaming-script.js';
import type { Terminal } from './terminal.js';
import { wantedInput } from './wanted-input.js';

/** Paths that lead to the client of a command. No container has such files. */
const OUTPUTS = { stdout: '/dev/.client/out', stderr: '/dev/.client/err' } as const;
const MEBIBYTE = 1024 * 1024;
/**
 * What one command may come to: where nothing lets others have their turn in between, not so much that they wait for seconds;
 * commands of a script, which do, half as many again as Bash's hundred thousand rounds of a loop need; memory of the host.
 */
const LIMITS = {
  maxAwkIterations: MOST_RECORDS,
  maxCommandCount: 250_000,
  maxJqIterations: 30_000,
  maxLiveBytes: 192 * MEBIBYTE,
  maxOutputSize: 128 * MEBIBYTE,
  maxSedIterations: 5000,
  maxSqliteTimeoutMs: 2000,
} as const;
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
const KILLED = 137;

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Where the client sits; undefined for commands that run on no terminal. */
  readonly terminal?: Terminal | undefined;
}

export interface ExecRequest extends ExecTarget {
  readonly command: readonly string[];
  readonly stdin?: Uint8Array;
  readonly signal?: AbortSignal;
  /** Takes what the command writes, as it writes it; the command waits until it is taken. */
  readonly output: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> | void;
}

export interface ExecShellOptions {
  readonly clock: Clock;
  readonly runtime: ClusterRuntime;
}

/**
 * Runs commands in simulated containers: a shell with the usual tools over the file system the container's own program
 * has, with its environment and volumes, and the cluster's network. Nothing of it can see the host.
 */
export class ExecShell {
  readonly #options: ExecShellOptions;

  constructor(options: ExecShellOptions) {
    this.#options = options;
  }

  /** Runs one command to its end; answers its exit code. Throws ExecError when it can't be started. */
  async exec({ command, stdin, signal, output, ...target }: ExecRequest): Promise<number> {
    const life = this.#lifeOf(target);
    const { bash, files } = await this.#shell(target);
    const { parse, serialize } = await import('just-bash');
    const program = command[0] ?? '';
    const saysMissing = (text: string): boolean =>
      ['command not found', 'No such file or directory'].some((why) => text.includes(`${program}: ${why}`));
    // A program that isn't there is no output of it, but a failure to start: that shows at the end.
    let held = '';
    files.connect({
      ...OUTPUTS,
      write: (stream, bytes) => {
        if (stream === 'stderr' && held === '' && saysMissing(bytes)) {
          held = bytes;
          return undefined;
        }
        return output(stream, Buffer.from(withoutTurns(bytes), 'latin1'));
      },
    });
    const { source, parameters } = scriptOf(byName(command, life.image), stdin);
    const setUp = parameters.length > 0 ? `set -- ${quoted(parameters)}\n` : '';
    let script = source;
    try {
      script = serialize(fair(streaming(parse(source), OUTPUTS)));
    } catch {
      // What can't be read is given to the shell as it is, which says so.
    }
    const run = bash.exec(setUp + script, {
      rawScript: true,
      ...(stdin && { stdin: Buffer.from(stdin).toString('latin1'), stdinKind: 'bytes' as const }),
      ...(signal && { signal }),
    });
    const result = await run.catch(failed);
    life.poke();
    if (result.exitCode === 127 && saysMissing(held + result.stderr)) throw notFound(program);
    if (held !== '') await output('stderr', Buffer.from(held, 'latin1'));
    const rest = Buffer.from(result.stdout, result.stdoutKind === 'bytes' ? 'latin1' : 'utf8');
    if (rest.length > 0) await output('stdout', rest);
    const told = withoutTurns(result.stderr);
    if (told !== '') await output('stderr', Buffer.from(told, 'utf8'));
    return result.exitCode;
  }

  /** Runs a command with its input as it comes; undefined for one that only the large shell knows, which reads all of it first. */
  live(
    target: ExecTarget,
    command: readonly string[],
    hasInput: boolean,
    output: ExecRequest['output'],
  ): LiveScript | undefined {
    const life = this.#lifeOf(target);
    const found = streamable(command);
    if (!found || !(hasInput || found.isEndless)) return undefined;
    const { spec, processes, signal } = this.#around(target);
    return new LiveScript({
      command,
      life,
      clock: this.#options.clock,
      processes: processes.map(({ line }) => line),
      directory: spec?.workingDir ?? '/',
      signal,
      output,
    });
  }

  /** Opens a shell that is spoken to line by line, as `kubectl exec -it … -- sh` does. */
  async session(target: ExecTarget, output: (text: string) => Promise<void> | void): Promise<ShellSession> {
    const life = this.#lifeOf(target);
    const { bash, files } = await this.#shell(target);
    const language = await import('just-bash');
    const shell = new ContinuedShell(bash, OUTPUTS, language);
    const { parse } = language;
    return new ShellSession({ shell, parse, files, outputs: OUTPUTS, output, poke: life.poke });
  }

  /** Runs a command on a terminal that reads what is typed; undefined for one that reads nothing. */
  async typed(
    target: ExecTarget,
    command: readonly string[],
    output: (text: string) => Promise<void> | void,
  ): Promise<ShellSession | undefined> {
    const life = this.#lifeOf(target);
    const language = await import('just-bash');
    const { parse } = language;
    const { source, parameters } = scriptOf(byName(command, life.image), undefined);
    if (wantedInput(source, parse) === 'nothing') return undefined;
    const { bash, files } = await this.#shell(target);
    const shell = new ContinuedShell(bash, OUTPUTS, language);
    if (parameters.length > 0) await shell.run(`set -- ${quoted(parameters)}`);
    const { poke } = life;
    return new ShellSession({ shell, parse, files, outputs: OUTPUTS, output, poke, script: source });
  }

  /** Opens a shell that runs what it is sent as it comes. */
  async piped(target: ExecTarget, output: ExecRequest['output']): Promise<PipedShell> {
    const life = this.#lifeOf(target);
    const { bash, files } = await this.#shell(target);
    const print = async (stream: 'stdout' | 'stderr', bytes: string): Promise<void> => {
      if (bytes !== '') await output(stream, Buffer.from(withoutTurns(bytes), 'latin1'));
    };
    files.connect({ ...OUTPUTS, write: print });
    const shell = new ContinuedShell(bash, OUTPUTS, await import('just-bash'));
    return new PipedShell(shell, async ({ stdout, stderr }) => {
      await print('stdout', bytesFromText(stdout));
      await print('stderr', bytesFromText(stderr));
      life.poke();
    });
  }

  #lifeOf({ namespace, pod, container }: ExecTarget): ContainerInstance {
    const life = this.#options.runtime.running.get(namespace, pod)?.containers.get(container)?.current;
    if (!life || life.endedMs !== undefined) throw new ExecError(`container not found ("${container}")`);
    return life;
  }

  /** What a command finds in its pod, which has done what it does until now. */
  #around(target: ExecTarget): {
    readonly spec: Container | undefined;
    readonly processes: readonly PodProcess[];
    readonly signal: (pid: number, name: string) => boolean;
  } {
    const { runtime, clock } = this.#options;
    const running = runtime.running.get(target.namespace, target.pod);
    if (running) runtime.running.catchUp(running, clock.now());
    const spec = [
      ...(running?.pod.spec?.containers ?? []),
      ...(running?.pod.spec?.initContainers ?? []),
      ...(running?.pod.spec?.ephemeralContainers ?? []),
    ].find(({ name }) => name === target.container);
    const processes = running && spec ? processesOf(running.pod, spec) : [];
    const signal = (pid: number, name: string): boolean => {
      const process = processes.find((each) => each.pid === pid);
      if (!process) return false;
      const receiver = running?.containers.get(process.container ?? '')?.current;
      if (receiver && receiver.endedMs === undefined) signalProgram(receiver, name, clock.now());
      return true;
    };
    return { spec, processes, signal };
  }

  async #shell(target: ExecTarget): Promise<{ readonly bash: Bash; readonly files: ShellFileSystem }> {
    const { clock } = this.#options;
    const life = this.#lifeOf(target);
    const { spec, processes, signal } = this.#around(target);
    // Loaded with the first command: most runs never need it.
    const { Bash, getCommandNames } = await import('just-bash');
    await loadSteps();
    const { identity } = life.files();
    const customCommands = await containerCommands({
      life,
      clock,
      processes: processes.map(({ line }) => line),
      signal,
      terminal: target.terminal,
    });
    const programs = new Set([...getCommandNames(), ...customCommands.map(({ name }) => name)]);
    const files = new ShellFileSystem(life.files(), programs);
    const bash = new Bash({
      fs: files,
      env: {
        HOME: identity.uid === 0 ? '/root' : '/',
        ...Object.fromEntries(life.env),
        HOSTNAME: life.env.get('HOSTNAME') ?? life.hostname,
      },
      cwd: spec?.workingDir ?? '/',
      sleep: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
      processInfo: { pid: 7, ppid: 0, uid: identity.uid, gid: identity.gid },
      customCommands,
      executionLimits: LIMITS,
      coverage: stepLimit(),
    });
    return { bash, files };
  }
}

/**
 * What a shell says of a file it may not write to, and of what took too long; it ends there, where another would go on with
 * its next command.
 */
function failed(error: unknown): Awaited<ReturnType<Bash['exec']>> {
  if (error instanceof HeldTooLong)
    return { stdout: '', env: {}, stderr: `sh: ${error.message}\n`, exitCode: KILLED };
  if (!(error instanceof FileError)) throw error;
  const path = /'([^']*)'$/.exec(error.message)?.[1] ?? '';
  return { stdout: '', env: {}, stderr: `sh: can't create ${path}: ${error.reason}\n`, exitCode: 1 };
}

/** A command whose program is the image's own, named by its place there, with the plain name that the shell knows it by. */
function byName(command: readonly string[], image: string): readonly string[] {
  const [program = '', ...args] = command;
  const reference = parseImageReference(image);
  const own = typeof reference === 'string' ? undefined : imageBehaviour(reference).entrypoint?.[0];
  return own?.startsWith('/') && own === program ? [own.slice(own.lastIndexOf('/') + 1), ...args] : command;
}

/** The script a command comes to, and what it is given as `$0`, `$1` and so on. */
function scriptOf(
  command: readonly string[],
  stdin: Uint8Array | undefined,
): { readonly source: string; readonly parameters: readonly string[] } {
  const [program = '', ...args] = command;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const isShell = SHELLS.has(name) && (program === name || /^\/(?:usr\/)?bin\//.test(program));
  const flag = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (isShell && flag >= 0) {
    const options = (args[flag] ?? '').slice(1, -1).replace(/[^eux]/g, '');
    const source = args[flag + 1] ?? '';
    return {
      source: options ? `set -${options}\n${source}` : source,
      parameters: args.slice(flag + 3),
    };
  }
  if (isShell && args.every((arg) => arg.startsWith('-')))
    return { source: Buffer.from(stdin ?? []).toString('utf8'), parameters: [] };
  return { source: quoted(isShell ? ['bash', ...args] : command), parameters: [] };
}

const notFound = (program: string): ExecError =>
  new ExecError(
    `failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH`,
  );
