import type { Bash, SecureFetch } from 'just-bash';
import type { Clock } from '../clock.js';
import type { ClusterDns } from '../network/dns/cluster-dns.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import type { ContainerInstance, RunningPod } from '../runtime/running-pods.js';
import type { Container } from '../types/index.js';

/** Where a session's shell leaves its directory and variables for the next line. */
const SESSION_FILE = '/dev/shm/.session';
/** Memory the files of one container may take. */
const FILE_SYSTEM_BYTES = 64 * 1024 * 1024;

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecRequest extends ExecTarget {
  readonly command: readonly string[];
  readonly stdin?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number;
}

/** There is no such running container, or no such program in it. */
export class ExecError extends Error {}

export interface ExecShellOptions {
  readonly clock: Clock;
  readonly runtime: ClusterRuntime;
  readonly dns: ClusterDns;
}

/**
 * Runs commands in simulated containers: a shell with the usual tools over a file system in memory that lasts as long as
 * the container, with its environment, its mounted ConfigMaps and Secrets, and `curl` into the cluster's network. Nothing
 * of it can see the host.
 */
export class ExecShell {
  readonly #options: ExecShellOptions;
  readonly #shells = new WeakMap<ContainerInstance, Bash>();

  constructor(options: ExecShellOptions) {
    this.#options = options;
  }

  /** Runs one command to its end. Throws ExecError when it can't be started. */
  async exec({ command, stdin, signal, ...target }: ExecRequest): Promise<ExecResult> {
    const bash = await this.#shell(target);
    const [program = '', ...args] = command;
    const result = await bash.exec(program === 'sh' || program === '/bin/sh' ? 'bash' : shellWord(program), {
      args,
      ...(stdin && { stdin: Buffer.from(stdin).toString('latin1'), stdinKind: 'bytes' as const }),
      ...(signal && { signal }),
    });
    if (result.exitCode === 127 && result.stderr.includes(`${program}: command not found`)) {
      throw new ExecError(
        `failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH`,
      );
    }
    return {
      stdout: Buffer.from(result.stdout, result.stdoutKind === 'bytes' ? 'latin1' : 'utf8'),
      stderr: Buffer.from(result.stderr, 'utf8'),
      exitCode: result.exitCode,
    };
  }

  /** Opens a shell that is spoken to line by line, as `kubectl exec -it … -- sh` does. */
  async session(target: ExecTarget, output: (text: string) => void): Promise<ShellSession> {
    return new ShellSession(await this.#shell(target), output);
  }

  async #shell({ namespace, pod, container }: ExecTarget): Promise<Bash> {
    const { runtime } = this.#options;
    const running = runtime.running.get(namespace, pod);
    const life = running?.containers.get(container)?.current;
    if (!running || !life || life.endedMs !== undefined) {
      throw new ExecError(`container not found ("${container}")`);
    }
    let bash = this.#shells.get(life);
    if (!bash) {
      bash = await this.#newShell(running, life, namespace, container);
      this.#shells.set(life, bash);
    }
    return bash;
  }

  async #newShell(
    running: RunningPod,
    life: ContainerInstance,
    namespace: string,
    containerName: string,
  ): Promise<Bash> {
    // Loaded with the first command: most runs never need it.
    const { Bash, defineCommand } = await import('just-bash');
    const { runtime, dns, clock } = this.#options;
    const { pod, ip } = running;
    const name = pod.metadata.name ?? '';
    const spec = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
      (container) => container.name === containerName,
    );
    const files: Record<string, string> = Object.assign(Object.create(null) as Record<string, string>, {
      '/etc/hostname': `${name}\n`,
      '/etc/hosts': `127.0.0.1\tlocalhost\n${ip}\t${name}\n`,
      '/etc/resolv.conf': `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`,
      '/tmp/.keep': '',
    });
    for (const [path, text] of life.process.files(clock.now() - life.startedMs)) files[path] = text;
    const fetch: SecureFetch = async (url, options) => {
      const { hostname, port, protocol, pathname, search } = new URL(url);
      const number = port ? Number(port) : protocol === 'https:' ? 443 : 80;
      const result = runtime.fetch(namespace, hostname, number, {
        method: options?.method ?? 'GET',
        url: pathname + search,
        headers: { host: hostname },
        clientIp: ip,
        ...(options?.body !== undefined && { body: Buffer.from(options.body) }),
      });
      if (result.kind !== 'answer') throw new Error(result.reason);
      const { status, headers, body } = result.answer;
      return await Promise.resolve({
        status,
        statusText: '',
        headers: { ...headers },
        body: typeof body === 'string' ? Buffer.from(body) : body,
        url,
      });
    };
    const say = (text: string) => Promise.resolve({ stdout: text, stderr: '', exitCode: 0 });
    return new Bash({
      files,
      env: { ...Object.fromEntries(life.env), HOSTNAME: name, HOME: '/root' },
      cwd: spec?.workingDir ?? '/',
      fetch,
      sleep: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
      executionLimits: { maxFileSystemBytes: FILE_SYSTEM_BYTES },
      processInfo: { pid: 7, ppid: 0, uid: 0, gid: 0 },
      customCommands: [
        defineCommand('hostname', (args) => say(args.includes('-i') ? `${ip}\n` : `${name}\n`)),
        defineCommand('whoami', () => say('root\n')),
        defineCommand('ps', () => say(`PID   USER     COMMAND\n    1 root     ${commandLine(spec)}\n`)),
        defineCommand('nslookup', async (args) => {
          const host = args.find((arg) => !arg.startsWith('-')) ?? '';
          const found = dns.addressesFor(host, namespace);
          return found.length > 0
            ? say(found.map((address) => `Name:\t${host}\nAddress: ${address}\n`).join('\n'))
            : { stdout: '', stderr: `** server can't find ${host}: NXDOMAIN\n`, exitCode: 1 };
        }),
      ],
    });
  }
}

/** A shell that keeps its directory and variables from line to line. */
export class ShellSession {
  readonly #bash: Bash;
  readonly #output: (text: string) => void;
  readonly #ended = Promise.withResolvers<number>();
  #line = '';
  #directory: string;
  #variables = '';
  #queue: Promise<void> = Promise.resolve();
  #abort: AbortController | undefined;

  constructor(bash: Bash, output: (text: string) => void) {
    this.#bash = bash;
    this.#output = output;
    this.#directory = bash.getCwd();
    output(this.#prompt());
  }

  /** The exit code, once the shell has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Takes keystrokes; the shell echoes them as a terminal's other end does. */
  input(text: string): void {
    for (const char of text) {
      if (char === '\r' || char === '\n') {
        this.#output('\r\n');
        const line = this.#line;
        this.#line = '';
        this.#queue = this.#queue.then(() => this.#run(line));
      } else if (char === '\u007f' || char === '\b') {
        if (this.#line === '') continue;
        this.#line = this.#line.slice(0, -1);
        this.#output('\b \b');
      } else if (char === '\u0003') {
        this.#abort?.abort();
        this.#line = '';
        this.#output(`^C\r\n${this.#prompt()}`);
      } else if (char === '\u0004') {
        if (this.#line === '') this.#ended.resolve(0);
      } else if (char >= ' ' || char === '\t') {
        this.#line += char;
        this.#output(char);
      }
    }
  }

  /** Ends the session from outside. */
  close(): void {
    this.#abort?.abort();
    this.#ended.resolve(0);
  }

  #prompt(): string {
    return `${this.#directory} # `;
  }

  async #run(line: string): Promise<void> {
    if (line.trim() !== '') {
      await this.#bash.fs.rm(SESSION_FILE, { force: true });
      this.#abort = new AbortController();
      const script = `${this.#variables}\n${line}\n__code=$?\n{ pwd; export -p; } > ${SESSION_FILE}\nexit $__code`;
      try {
        const { stdout, stderr, exitCode } = await this.#bash.exec(script, {
          cwd: this.#directory,
          rawScript: true,
          signal: this.#abort.signal,
        });
        this.#output((stdout + stderr).replace(/\r?\n/g, '\r\n'));
        // A line that leaves the shell never comes to the end of the script.
        if (!(await this.#bash.fs.exists(SESSION_FILE))) return this.#ended.resolve(exitCode);
        const [directory = '/', ...variables] = (await this.#bash.readFile(SESSION_FILE)).split('\n');
        this.#directory = directory;
        this.#variables = variables.join('\n');
      } catch (error) {
        this.#output(`sh: ${error instanceof Error ? error.message : String(error)}\r\n`);
      }
    }
    this.#output(this.#prompt());
  }
}

const commandLine = (spec: Container | undefined): string =>
  [...(spec?.command ?? [spec?.image ?? '']), ...(spec?.args ?? [])].join(' ');

/** A program's name as one word of the shell. */
const shellWord = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
