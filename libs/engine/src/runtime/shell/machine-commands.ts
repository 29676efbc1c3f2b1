import { textFromBytes } from '../files/file-node.js';
import { FileError } from '../files/container-files.js';
import { formatTime } from '../../time.js';
import type { Builtin } from './builtin.js';
import { ownerName } from './file-commands.js';
import { pidAfter } from './process-numbers.js';
import type { ShellState } from './shell-state.js';

const RELEASE = '6.12.0-simulated';
const MACHINE = 'x86_64';
/** What a ping takes on the way to a neighbour. */
const ROUND_TRIP_MS = 0.1;

const print = (state: ShellState, text: string): number => {
  state.write('stdout', text);
  return 0;
};

function kernelFile(state: ShellState, path: string): string {
  try {
    return textFromBytes(state.files.read(path));
  } catch (error) {
    if (error instanceof FileError) return '';
    throw error;
  }
}

/** The name of the pod, as the cluster's DNS has it where a service gives it one (`-f`), or its parts. */
const hostname: Builtin = ({ state, args }) => {
  const [flag = ''] = args;
  const own = state.variables.get('HOSTNAME') ?? '';
  if (/^-[iI]$|^--(?:all-)?ip-address/.test(flag)) return print(state, `${state.network.ip}\n`);
  const entry = kernelFile(state, '/etc/hosts')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .find(([address]) => address === state.network.ip);
  const full = entry?.[1] ?? own;
  const dot = full.indexOf('.');
  if (/^-f$|^--(?:fqdn|long)$/.test(flag)) return print(state, `${full}\n`);
  if (/^-d$|^--domain$/.test(flag)) return print(state, dot < 0 ? '' : `${full.slice(dot + 1)}\n`);
  return print(state, `${/^-s$|^--short$/.test(flag) ? (own.split('.')[0] ?? '') : own}\n`);
};

const uname: Builtin = ({ state, args }) => {
  const letters = args
    .filter((arg) => /^-[a-z]+$/.test(arg))
    .join('')
    .replaceAll('-', '');
  const name = state.variables.get('HOSTNAME') ?? '';
  const parts: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', name],
    ['r', RELEASE],
    ['v', '#1 SMP'],
    ['m', MACHINE],
    ['o', 'GNU/Linux'],
  ];
  const wanted = letters === '' ? 's' : letters.includes('a') ? 'snrvmo' : letters;
  const shown = parts.filter(([letter]) => wanted.includes(letter)).map(([, text]) => text);
  return print(state, `${shown.join(' ')}\n`);
};

const cores = (state: ShellState): number =>
  Math.max(1, (kernelFile(state, '/proc/cpuinfo').match(/^processor/gm) ?? []).length);

/** Processors a container sees: those of its node, as a quota hides none. */
const nproc: Builtin = ({ state }) => print(state, `${cores(state)}\n`);

const uptime: Builtin = ({ state }) => {
  const seconds = Number.parseFloat(kernelFile(state, '/proc/uptime')) || 0;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const clock = hours > 0 ? `${hours % 24}:${String(minutes % 60).padStart(2, '0')}` : `${minutes} min`;
  const since = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ${clock}` : clock;
  const now = formatTime(state.startedMs + Math.min(state.nowMs, 1e12)).slice(11, 19);
  return print(state, ` ${now} up ${since},  0 users,  load average: 0.00, 0.00, 0.00\n`);
};

const free: Builtin = ({ state, args }) => {
  const value = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(kernelFile(state, '/proc/meminfo'))?.[1] ?? 0);
  const unit = args.includes('-m') ? 1024 : args.includes('-g') ? 1024 * 1024 : 1;
  const isBytes = args.includes('-b');
  const shown = (kilobytes: number): string => {
    if (args.includes('-h')) return human(kilobytes * 1024);
    return String(isBytes ? kilobytes * 1024 : Math.floor(kilobytes / unit));
  };
  const [total, left, available] = [value('MemTotal'), value('MemFree'), value('MemAvailable')];
  const row = (title: string, cells: readonly number[]): string =>
    `${title.padEnd(8)}${cells.map((cell) => shown(cell).padStart(12)).join('')}\n`;
  const titles = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'];
  return print(
    state,
    `${' '.repeat(8)}${titles.map((title) => title.padStart(12)).join('')}\n` +
      row('Mem:', [total, total - left, left, 0, 0, available]) +
      row('Swap:', [0, 0, 0]),
  );
};

/** Bytes as people read them: `62.5M`. */
function human(bytes: number): string {
  let value = bytes;
  for (const unit of ['', 'K', 'M', 'G', 'T']) {
    if (value < 1024 || unit === 'T')
      return unit === '' ? String(value) : `${value.toFixed(value < 100 ? 1 : 0)}${unit}`;
    value /= 1024;
  }
  return String(bytes);
}

const SOURCES: Readonly<Record<string, string>> = { ext4: '/dev/sda1', tmpfs: 'tmpfs', overlay: 'overlay' };

const df: Builtin = ({ state, args }) => {
  const isHuman = args.some((arg) => /^-\w*h/.test(arg));
  const named = args.filter((arg) => !arg.startsWith('-'));
  const all = [
    { path: '/', type: 'overlay' },
    ...[...state.files.mounts].filter(({ type }) => type in SOURCES),
  ];
  const wanted = named.map(
    (path) => state.files.mountOf(path.startsWith('/') ? path : `/${path}`)?.path ?? '/',
  );
  const rows = all
    .filter(({ path }) => named.length === 0 || wanted.includes(path))
    .map(({ path, type }) => {
      const { usedBytes, totalBytes } = state.files.spaceAt(path);
      const cell = (bytes: number): string => (isHuman ? human(bytes) : String(Math.ceil(bytes / 1024)));
      const percent = `${Math.ceil((100 * usedBytes) / totalBytes)}%`;
      const [width, left] = isHuman ? [9, 9] : [9, 9];
      return `${(SOURCES[type] ?? type).padEnd(20)} ${cell(totalBytes).padStart(width)} ${cell(usedBytes).padStart(9)} ${cell(totalBytes - usedBytes).padStart(left)} ${percent.padStart(4)} ${path}\n`;
    });
  const sizes = isHuman ? '     Size      Used Available' : '1K-blocks      Used Available';
  return print(state, `${'Filesystem'.padEnd(20)} ${sizes} Use% Mounted on\n${rows.join('')}`);
};

/** Numbers of the processes whose program has that name. */
function numbersOf(state: ShellState, matches: (line: string) => boolean): number[] {
  return state.processes.flatMap((line, index) => (matches(line) ? [pidAfter(index)] : []));
}

const programOf = (line: string): string => {
  const [word = ''] = line.split(' ');
  return word.slice(word.lastIndexOf('/') + 1);
};

const pidof: Builtin = ({ state, args }) => {
  const found = numbersOf(state, (line) => args.includes(programOf(line)));
  if (found.length === 0) return 1;
  return print(state, `${found.reverse().join(' ')}\n`);
};

const pgrep: Builtin = ({ state, args }) => {
  const isWhole = args.some((arg) => /^-\w*f/.test(arg));
  const pattern = args.find((arg) => !arg.startsWith('-')) ?? '';
  const found = numbersOf(state, (line) => (isWhole ? line : programOf(line)).includes(pattern));
  if (found.length === 0) return 1;
  return print(state, found.map((pid) => `${pid}\n`).join(''));
};

/** Sends as many packets as it is told to, and none for ever: what answers to names and addresses answers to this. */
const ping: Builtin = function* ({ state, args }) {
  const at = args.indexOf('-c');
  const count = at < 0 ? Infinity : Math.min(1000, Number(args[at + 1]) || 1);
  const host = args.filter(
    (arg, index) => !arg.startsWith('-') && !/^-[cwWiIst]$/.test(args[index - 1] ?? ''),
  )[0];
  state.noteOutside();
  const [address] = host === undefined ? [] : /^[\d.]+$/.test(host) ? [host] : state.network.lookUp(host);
  if (address === undefined) {
    state.write('stderr', `ping: bad address '${host ?? ''}'\n`);
    return 1;
  }
  state.write('stdout', `PING ${host} (${address}): 56 data bytes\n`);
  const answers = state.network.answersPing(address);
  for (let sequence = 0; sequence < count; sequence++) {
    if (sequence > 0) {
      yield { ms: 1000 };
    }
    if (answers)
      state.write(
        'stdout',
        `64 bytes from ${address}: seq=${sequence} ttl=64 time=${ROUND_TRIP_MS.toFixed(3)} ms\n`,
      );
  }
  const received = answers ? count : 0;
  const times = answers ? `round-trip min/avg/max = 0.100/0.100/0.100 ms\n` : '';
  state.write(
    'stdout',
    `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${received} packets received, ${answers ? 0 : 100}% packet loss\n${times}`,
  );
  return answers ? 0 : 1;
};

/** Commands about the machine and who is on it. */
export const MACHINE_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['hostname', hostname],
  ['uname', uname],
  ['arch', ({ state }) => print(state, `${MACHINE}\n`)],
  ['nproc', nproc],
  ['uptime', uptime],
  ['free', free],
  ['df', df],
  ['pidof', pidof],
  ['pgrep', pgrep],
  ['ping', ping],
  ['groups', ({ state }) => print(state, `${ownerName(state.files.identity.gid)}\n`)],
  [
    'tty',
    ({ state }) => {
      state.write('stdout', 'not a tty\n');
      return 1;
    },
  ],
];
