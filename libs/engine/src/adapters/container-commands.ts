import type { CustomCommand } from 'just-bash';
import type { Clock } from '../clock.js';
import { bytesFromText, textFromBytes } from '../runtime/files/file-node.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import { runScript, runWords } from '../runtime/shell/interpret.js';
import { Processes } from '../runtime/shell/processes.js';
import { newShell, viewOf } from '../runtime/shell/shell-views.js';
import { signalOf } from '../runtime/shell/signal-names.js';
import { TextPipe } from '../runtime/shell/text-pipe.js';
import { quoted } from './container-tools/quoted.js';
import { containerTools } from './container-tools/container-tools.js';
import { TURN } from './fair-script.js';
import { nginxProblem } from './nginx-settings.js';
import { terminalCommands } from './terminal-commands.js';
import type { Terminal } from './terminal.js';
import { turn } from './turns.js';

/** Commands of the small shell that the large one does not have: what concerns the container and the cluster's network. */
const SHARED = [
  'agnhost',
  'arch',
  'chown',
  'cmp',
  'curl',
  'cut',
  'dd',
  'df',
  'dig',
  'free',
  'getent',
  'groups',
  'hexdump',
  'host',
  'hostname',
  'id',
  'ip',
  'ls',
  'mktemp',
  'mount',
  'nc',
  'nproc',
  'nslookup',
  'pgrep',
  'pidof',
  'ping',
  'ps',
  'seq',
  'stat',
  'sysctl',
  'top',
  'tr',
  'truncate',
  'uname',
  'uptime',
  'wget',
  'whoami',
  'yes',
];
/** Variables of the shell itself, which a real one does not hand to programs. */
const INTERNAL = new Set([
  '?',
  'BASHOPTS',
  'HOSTTYPE',
  'IFS',
  'MACHTYPE',
  'OLDPWD',
  'OPTIND',
  'OSTYPE',
  'PWD',
  'SHELLOPTS',
  '_',
]);
/** Shorter pauses are not waited for. */
const SHORTEST_PAUSE_MS = 10;
/** Bytes of output one of these commands may print. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Text that is handed on as bytes: the shell takes a second for some megabytes of it. */
const LONG_TEXT = 256 * 1024;

/** What the commands of one container act on. */
export interface CommandSurroundings {
  readonly life: ContainerInstance;
  readonly clock: Clock;
  /** Command lines of the processes the container sees. */
  readonly processes: readonly string[];
  /** Sends a signal to a process; false when there is none. */
  readonly signal: (pid: number, name: string) => boolean;
  /** Where the client sits; undefined for commands that run on none. */
  readonly terminal?: Terminal | undefined;
}

/** Commands a shell has in a container beside the usual tools. */
export async function containerCommands(surroundings: CommandSurroundings): Promise<CustomCommand[]> {
  const { defineCommand, latin1FromBytes } = await import('just-bash');
  const { life } = surroundings;
  const say = (stdout: string, stderr = '', exitCode = 0) => Promise.resolve({ stdout, stderr, exitCode });
  const version = /:([\d.]+)/.exec(life.image)?.[1];
  return [
    ...SHARED.map((name) =>
      defineCommand(name, async (args, { stdin, cwd }) =>
        run([name, ...args], textFromBytes(latin1FromBytes(stdin)), cwd, surroundings),
      ),
    ),
    defineCommand(TURN, async () => {
      await turn();
      return say('');
    }),
    defineCommand('kill', (args) => {
      const { signal: name, targets: pids } = signalOf(args);
      if (name === undefined) return say('', `kill: bad signal name '${args[0]?.slice(1) ?? ''}'\n`, 1);
      if (pids.length === 0) return say('', 'kill: you need to specify whom to kill\n', 1);
      const missing = pids.filter((pid) => !surroundings.signal(Number(pid), name));
      const told = missing.map((pid) => `kill: can't kill pid ${pid}: No such process\n`).join('');
      return say('', told, missing.length > 0 ? 1 : 0);
    }),
    ...terminalCommands(defineCommand, surroundings.terminal),
    ...containerTools(defineCommand, latin1FromBytes, life.files()),
    // What is put into the background has ended before the next command begins.
    defineCommand('jobs', () => say('')),
    defineCommand('env', async (args, context) => {
      const variables = Object.entries(context.exportedEnv ?? Object.fromEntries(context.env));
      const given = Object.fromEntries(variables.filter(([name]) => !INTERNAL.has(name)));
      const rest = [...args];
      let env: Record<string, string> = given;
      while (rest[0]?.startsWith('-') || rest[0]?.includes('=')) {
        const word = rest.shift() ?? '';
        if (word === '-i' || word === '-') env = {};
        else if (word === '-u') {
          const gone = rest.shift();
          env = Object.fromEntries(Object.entries(env).filter(([name]) => name !== gone));
        } else if (word.includes('='))
          env = { ...env, [word.slice(0, word.indexOf('='))]: word.slice(word.indexOf('=') + 1) };
      }
      const [command, ...words] = rest;
      if (command === undefined)
        return say(
          Object.entries(env)
            .map(([name, value]) => `${name}=${value}\n`)
            .join(''),
        );
      if (!context.exec) return say('', 'env: cannot run commands here\n', 126);
      return context.exec(quoted([command, ...words]), { cwd: context.cwd, env, replaceEnv: true });
    }),
    ...(/nginx/.test(life.image)
      ? [
          defineCommand('nginx', (args) => {
            const [flag = '', order = ''] = args;
            if (/^-[vV]$/.test(flag)) return say('', `nginx version: nginx/${version ?? '1.29.4'}\n`);
            const problem = nginxProblem(life.files());
            const failed = '/etc/nginx/nginx.conf test failed\n';
            if (problem !== undefined)
              return say(
                '',
                `nginx: [emerg] ${problem}\n${/^-[tT]$/.test(flag) ? `nginx: configuration file ${failed}` : ''}`,
                1,
              );
            if (/^-[tT]$/.test(flag))
              return say(
                '',
                'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
              );
            if (flag !== '-s')
              return say('', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n', 1);
            const name = { reload: 'HUP', reopen: 'USR1', quit: 'QUIT', stop: 'TERM' }[order];
            if (name === undefined) return say('', `nginx: invalid option: "-s ${order}"\n`, 1);
            surroundings.signal(1, name);
            const at = new Date(surroundings.clock.now()).toISOString().slice(0, 19);
            return say(
              '',
              `${at.replaceAll('-', '/').replace('T', ' ')} [notice] 7#7: signal process started\n`,
            );
          }),
        ]
      : []),
    ...(/httpd/.test(life.image)
      ? [defineCommand('httpd', () => say(`Server version: Apache/${version ?? '2.4.65'} (Unix)\n`))]
      : []),
    ...(/redis|valkey/.test(life.image) ? [defineCommand('redis-cli', () => say('PONG\n'))] : []),
  ];
}

async function run(
  words: readonly string[],
  input: string,
  directory: string,
  { life, clock, processes }: CommandSurroundings,
): Promise<{ stdout: string; stderr: string; exitCode: number; stdoutKind?: 'bytes' }> {
  await turn();
  const printed: { stdout: string; stderr: string; stdoutKind?: 'bytes' } = { stdout: '', stderr: '' };
  const tasks = new Processes();
  const state = newShell({
    variables: new Map(life.env),
    exported: new Set(life.env.keys()),
    files: life.files(),
    directory,
    network: life.network,
    processes,
    tasks,
    input: TextPipe.of(input),
    startedMs: clock.now(),
    interactive: false,
    evaluate: runScript,
    noteUnknown: () => undefined,
    noteOutside: () => undefined,
    print: (stream, text) => {
      if (printed[stream].length < MOST_OUTPUT) printed[stream] += text;
    },
    writeBytes: (bytes) => {
      printed.stdoutKind = 'bytes';
      printed.stdout = bytes;
    },
  });
  const process = tasks.start((self) => runWords(words, viewOf(state, { process: self })), {
    line: words.join(' '),
    traps: state.traps,
  });
  while (process && process.exitCode === undefined) {
    const { nextMs, nowMs } = tasks;
    if (nextMs === Infinity) break;
    if (nextMs - nowMs >= SHORTEST_PAUSE_MS)
      await new Promise<void>((resolve) => {
        clock.after(nextMs - nowMs, resolve);
      });
    tasks.step();
    await turn();
  }
  const isLong = printed.stdout.length > LONG_TEXT;
  if (printed.stdoutKind === undefined && (isLong || /[\udc80-\udcff]/u.test(printed.stdout))) {
    // What is no text is handed on as the bytes it is, and what is long, so that the next command need not make bytes of it.
    printed.stdoutKind = 'bytes';
    printed.stdout = bytesFromText(printed.stdout);
  }
  return { ...printed, exitCode: process?.exitCode ?? 0 };
}
