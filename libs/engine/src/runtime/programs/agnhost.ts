import { createHash } from 'node:crypto';
import { FileError, modeText } from '../files/container-files.js';
import { bytesFromText, textFromBytes, type Node } from '../files/file-node.js';
import { pathOf, type Pause, type ShellState } from '../shell/shell-state.js';
import { checkIssuer } from './issuer-discovery.js';

type Program = Generator<Pause, number, undefined>;

/** What `mounttest` writes into a file it makes. */
const NEW_FILE = 'mount-tester new file\n';
/** Between two looks at a file that may change. */
const LOOK_AGAIN_MS = 2000;
const DEFAULT_LOOK_SECONDS = 180;
/** Answered for a program that serves until it is stopped. */
const FOR_EVER = -1;
const DEFAULT_POLL_SECONDS = 10;
/** How often a replica tries to register, and how many times. */
const REGISTER_AGAIN_MS = 1000;
const MOST_REGISTRATIONS = 15;

/** The flags of a command line, `--name=value` or `--name value`, by name. */
export function flagsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  words.forEach((word, index) => {
    const match = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word);
    if (!match) return;
    const next = words[index + 1];
    const value = match[2] ?? (next === undefined || next.startsWith('-') ? 'true' : next);
    flags.set((match[1] ?? '').replaceAll('-', '_'), value);
  });
  return flags;
}

/** Kubernetes' test program: those of its subcommands that end by themselves or write as they go; the others serve for ever. */
export function* agnhost(words: readonly string[], state: ShellState): Program {
  const [, subcommand = 'pause', ...args] = words;
  const print = (text: string): void => state.write('stdout', `${text}\n`);
  const lookUp = (path: string): string => textFromBytes(state.files.read(path));
  switch (subcommand) {
    case 'mounttest':
      return yield* mountTest(flagsOf(args), state);
    case 'entrypoint-tester':
      print(`[${words.join(' ')}]`);
      return 0;
    case 'nonewprivs':
      print(`Effective uid: ${state.files.identity.uid}`);
      return 0;
    case 'etc-hosts':
      print(lookUp('/etc/hosts'));
      return 0;
    case 'dns-suffix':
      print(/^search (.*)$/m.exec(lookUp('/etc/resolv.conf'))?.[1]?.split(' ').join(',') ?? '');
      return 0;
    case 'dns-server-list':
      print([...lookUp('/etc/resolv.conf').matchAll(/^nameserver (\S+)$/gm)].map(([, ip]) => ip).join(','));
      return 0;
    case 'logs-generator':
      return yield* logLines(flagsOf(args), state);
    case 'inclusterclient':
      return yield* callHealthz(flagsOf(args), state);
    case 'guestbook':
      return yield* follow(flagsOf(args), state);
    case 'pause':
      print('Paused');
      return FOR_EVER;
    case 'connect':
      return yield* connect(args, state);
    case 'test-service-account-issuer-discovery':
      return checkIssuer(flagsOf(args), state);
    default:
      return FOR_EVER;
  }
}

function* mountTest(flags: ReadonlyMap<string, string>, state: ShellState): Program {
  let failures = 0;
  const print = (text: string): void => state.write('stdout', `${text}\n`);
  const attempt = (flag: string, call: string, act: (path: string) => void): void => {
    const path = flags.get(flag);
    if (path === undefined) return;
    try {
      act(pathOf(state, path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failures++;
      print(`error ${call} ${JSON.stringify(path)}: ${goError(error, path)}`);
    }
  };
  const shown = (flag: string): string => JSON.stringify(flags.get(flag) ?? '');
  const content = (flag: string, path: string): void =>
    print(`content of file ${shown(flag)}: ${textFromBytes(state.files.read(path))}`);
  attempt('fs_type', 'from statfs', (path) => {
    state.files.stat(path);
    print(
      `mount type of ${shown('fs_type')}: ${state.files.mountOf(path)?.type === 'tmpfs' ? 'tmpfs' : '61267'}`,
    );
  });
  for (const [flag, mode] of [
    ['new_file_0644', 0o644],
    ['new_file_0666', 0o666],
    ['new_file_0660', 0o660],
    ['new_file_0777', 0o777],
  ] as const) {
    attempt(flag, 'writing new file', (path) => {
      state.files.write(path, bytesFromText(NEW_FILE), { mode });
      content(flag, path);
    });
  }
  attempt('file_mode', 'from Stat', (path) =>
    print(`mode of file ${shown('file_mode')}: ${goMode(state.files.stat(path))}`),
  );
  attempt('file_perm', 'from Stat', (path) =>
    print(
      `perms of file ${shown('file_perm')}: -${modeText({ ...state.files.stat(path), mode: state.files.stat(path).mode & 0o777 }).slice(1)}`,
    ),
  );
  attempt('file_owner', 'from stat', (path) => {
    const { uid, gid } = state.files.stat(path);
    print(`owner UID of ${shown('file_owner')}: ${uid}`);
    print(`owner GID of ${shown('file_owner')}: ${gid}`);
  });
  attempt('file_content', 'reading file content for', (path) => content('file_content', path));
  const looped = flags.get('file_content_in_loop');
  if (looped !== undefined && !(yield* readAgainAndAgain(looped, flags, state))) failures++;
  return failures > 0 ? 1 : 0;
}

function* readAgainAndAgain(
  path: string,
  flags: ReadonlyMap<string, string>,
  state: ShellState,
): Generator<Pause, boolean, undefined> {
  state.noteOutside();
  const seconds = Number(flags.get('retry_time') ?? DEFAULT_LOOK_SECONDS);
  const stops = flags.get('break_on_expected_content') !== 'false';
  let ok = true;
  for (let waitedMs = 0; waitedMs < seconds * 1000; waitedMs += LOOK_AGAIN_MS) {
    try {
      const text = textFromBytes(state.files.read(pathOf(state, path)));
      ok = true;
      state.write('stdout', `content of file ${JSON.stringify(path)}: ${text}\n`);
      if (stops && text === NEW_FILE) return true;
      if (stops) state.write('stdout', `Unexpected content. Expected: ${NEW_FILE}. Retrying\n`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      ok = false;
      state.write('stdout', `Error reading file ${path}: ${goError(error, path)}, retrying\n`);
    }
    state.work++;
    yield { ms: LOOK_AGAIN_MS };
  }
  return ok;
}

function* logLines(flags: ReadonlyMap<string, string>, state: ShellState): Program {
  const total = Number(flags.get('log_lines_total') ?? flags.get('t') ?? 0);
  const durationMs = secondsOf(flags.get('run_duration') ?? flags.get('d') ?? '') * 1000;
  if (!(total > 0) || !(durationMs > 0)) return 255;
  const pause = durationMs / total;
  const methods = ['GET', 'POST', 'PUT'];
  const namespaces = ['kube-system', 'default', 'ns'];
  for (let id = 0; id < total; id++) {
    const method = methods[id % methods.length] ?? '';
    const namespace = namespaces[id % namespaces.length] ?? '';
    state.write(
      'stderr',
      `I0101 00:00:00.000000       1 logs_generator.go:76] ${id} ${method} /api/v1/namespaces/${namespace}/pods/${(id * 7919).toString(36)} ${200 + ((id * 37) % 400)}\n`,
    );
    state.work++;
    yield { ms: pause };
  }
  return 0;
}

/** Asks the API for its health with the pod's token; what it prints tells tokens apart without showing them. */
function* callHealthz(flags: ReadonlyMap<string, string>, state: ShellState): Program {
  const asked = Number(flags.get('poll_interval') ?? DEFAULT_POLL_SECONDS);
  // Time must pass, whatever was asked for.
  const pauseMs = (asked > 0 ? Math.max(1, asked) : DEFAULT_POLL_SECONDS) * 1000;
  state.noteOutside();
  state.write('stderr', 'I0101 00:00:00.000000       1 main.go:61] started\n');
  for (;;) {
    state.work++;
    yield { ms: pauseMs };
    const token = textFromBytes(state.files.read('/var/run/secrets/kubernetes.io/serviceaccount/token'));
    state.write('stderr', 'I0101 00:00:00.000000       1 main.go:79] calling /healthz\n');
    state.write(
      'stderr',
      `I0101 00:00:00.000000       1 main.go:96] authz_header=${createHash('sha256').update(`salt|Bearer ${token}`).digest('base64url')}\n`,
    );
  }
}

/** A replica of the guestbook tells its primary where it is, and serves when that has heard it. */
function* follow(flags: ReadonlyMap<string, string>, state: ShellState): Program {
  const primary = flags.get('replicaof');
  if (primary === undefined) return FOR_EVER;
  state.noteOutside();
  const port = Number(flags.get('backend_port') ?? 6379);
  for (let attempt = 0; attempt < MOST_REGISTRATIONS; attempt++) {
    const found = state.network.fetch(primary, port, 'GET', `/register?host=${state.network.ip}`, undefined);
    if (typeof found !== 'string' && found.status === 200) {
      state.write('stderr', `Registered to node: ${primary}\n`);
      return FOR_EVER;
    }
    state.work++;
    yield { ms: REGISTER_AGAIN_MS };
  }
  state.write('stderr', 'Timed out while registering to primary.\n');
  return 1;
}

function* connect(args: readonly string[], state: ShellState): Program {
  state.noteOutside();
  const flags = flagsOf(args);
  const target = args.find((arg) => /:\d+$/.test(arg)) ?? '';
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  const protocol = flags.get('protocol') === 'udp' ? 'UDP' : 'TCP';
  const outcome = state.network.reach(host, Number(port), protocol);
  if (outcome === 'open') return 0;
  if (outcome === 'dropped') {
    const ms = Math.max(1, secondsOf(flags.get('timeout') ?? '1s') * 1000);
    state.work++;
    yield { ms };
  }
  const told = { refused: 'REFUSED', dropped: 'TIMEOUT', unknown: `DNS: lookup ${host}: no such host` }[
    outcome
  ];
  state.write('stderr', `${told}\n`);
  return 1;
}

/** A mode as Go prints it: what is special about it stands before the permissions. */
function goMode(node: Node): string {
  const special =
    (node.kind === 'directory' ? 'd' : '') +
    (node.kind === 'link' ? 'L' : '') +
    (node.mode & 0o4000 ? 'u' : '') +
    (node.mode & 0o2000 ? 'g' : '') +
    (node.mode & 0o1000 ? 't' : '');
  return (special || '-') + modeText({ ...node, mode: node.mode & 0o777 }).slice(1);
}

const goError = (error: FileError, path: string): string =>
  `open ${path}: ${error.reason.charAt(0).toLowerCase()}${error.reason.slice(1)}`;

/** `1h30m10s` in seconds. */
function secondsOf(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  );
}
