import { atOnce, type ShellCommand } from './builtin.js';
import type { Job, ShellState } from './shell-state.js';
import { subshellOf } from './shell-views.js';
import { signalNames, signalOf } from './signal-names.js';

/** What a shell answers that was called away from waiting. */
const CALLED_AWAY = 128 + 15;
/** What a command ends with that took longer than it was given. */
const TIMED_OUT = 124;
const NOT_FOUND = 127;

/** The job that `%1`, `%%` or a number of a process means. */
function jobOf(text: string, state: ShellState): Job | undefined {
  if (/^%[%+]?$/.test(text)) return state.jobs.at(-1);
  if (text === '%-') return state.jobs.at(-2) ?? state.jobs.at(-1);
  if (text.startsWith('%'))
    return state.jobs.find(({ number, process }) =>
      /^%\d+$/.test(text) ? number === Number(text.slice(1)) : process.line.startsWith(text.slice(1)),
    );
  return state.jobs.find(({ process }) => process.pid === Number(text));
}

const isDone = ({ process }: Job): boolean => process.exitCode !== undefined;

function forget(job: Job, { jobs }: ShellState): void {
  const at = jobs.indexOf(job);
  if (at >= 0) jobs.splice(at, 1);
}

/** Waits until jobs have ended; a signal that the shell has a trap for calls it away. */
const wait: ShellCommand = function* (args, state) {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const isCalled = (): boolean => (state.process?.pending.length ?? 0) > 0;
  if (args.includes('-n')) {
    if (state.jobs.length === 0) return NOT_FOUND;
    yield { ms: Infinity, until: () => isCalled() || state.jobs.some(isDone) };
    const job = state.jobs.find(isDone);
    if (!job) return CALLED_AWAY;
    forget(job, state);
    return job.process.exitCode ?? 0;
  }
  if (words.length === 0) {
    yield { ms: Infinity, until: () => isCalled() || state.jobs.every(isDone) };
    if (isCalled()) return CALLED_AWAY;
    state.jobs.length = 0;
    return 0;
  }
  let code = 0;
  for (const word of words) {
    const job = jobOf(word, state);
    if (!job) {
      code = NOT_FOUND;
      continue;
    }
    yield { ms: Infinity, until: () => isCalled() || isDone(job) };
    if (!isDone(job)) return CALLED_AWAY;
    forget(job, state);
    code = job.process.exitCode ?? 0;
  }
  return code;
};

const jobs: ShellCommand = atOnce((args, state) => {
  const last = state.jobs.length - 1;
  const all = [...state.jobs];
  for (const [index, job] of all.entries()) {
    const { number, process } = job;
    const code = process.exitCode;
    const status =
      code === undefined ? 'Running' : code === 0 ? 'Done' : code > 128 ? 'Terminated' : `Done(${code})`;
    const mark = index === last ? '+' : index === last - 1 ? '-' : ' ';
    const pid = args.includes('-l') ? `${process.pid} ` : '';
    state.write(
      'stdout',
      args.includes('-p')
        ? `${process.pid}\n`
        : `[${number}]${mark}  ${pid}${status.padEnd(24)}${process.line}\n`,
    );
    if (code !== undefined) forget(job, state);
  }
  return 0;
});

/** Brings a job to the front: the shell waits for it. */
const foreground: ShellCommand = function* (args, state) {
  const job = jobOf(args[0] ?? '%%', state);
  if (!job) {
    state.write('stderr', `${state.shell}: fg: ${args[0] ?? 'current'}: no such job\n`);
    return 1;
  }
  state.write('stdout', `${job.process.line}\n`);
  yield { ms: Infinity, until: () => isDone(job) };
  forget(job, state);
  return job.process.exitCode ?? 0;
};

const kill: ShellCommand = atOnce((args, state) => {
  if (args[0] === '-l') {
    state.write('stdout', `${signalNames().join(' ')}\n`);
    return 0;
  }
  const { signal, targets } = signalOf(args);
  if (signal === undefined) {
    state.write('stderr', `${state.shell}: kill: bad signal name\n`);
    return 1;
  }
  let code = targets.length > 0 ? 0 : 1;
  for (const target of targets) {
    const own = target.startsWith('%') ? jobOf(target, state)?.process.pid : Number(target);
    // A group is all that the shell has started.
    const pids =
      own !== undefined && own <= 0
        ? state.tasks.running.slice(1).map(({ pid }) => pid)
        : own === undefined
          ? []
          : [own];
    const found = pids.filter(
      (pid) => state.tasks.signal(pid, signal) || state.signalOther?.(pid, signal) === true,
    );
    if (found.length > 0 || (own !== undefined && own <= 0)) continue;
    state.write('stderr', `${state.shell}: kill: can't kill pid ${target}: No such process\n`);
    code = 1;
  }
  return code;
});

const trap: ShellCommand = atOnce((args, state) => {
  const [action, ...signals] = args.filter((arg) => arg !== '--');
  if (action === undefined || action === '-p' || action === '-l') {
    for (const [signal, text] of state.traps)
      state.write('stdout', `trap -- '${text.replaceAll("'", "'\\''")}' ${signal}\n`);
    return 0;
  }
  // A signal alone gets back what it does by itself.
  const isReset = action === '-' || signals.length === 0;
  for (const text of signals.length === 0 ? [action] : signals) {
    const { signal } = signalOf([`-${text}`]);
    const name = text === '0' || text.toUpperCase() === 'EXIT' ? 'EXIT' : signal;
    if (name === undefined) {
      state.write('stderr', `${state.shell}: trap: ${text}: invalid signal specification\n`);
      return 1;
    }
    if (isReset) state.traps.delete(name);
    else state.traps.set(name, action);
  }
  return 0;
});

/** Runs a command that is ended when it takes too long. */
const timeout: ShellCommand = function* (args, state, shell) {
  const rest = [...args];
  let signal = 'TERM';
  while (rest[0]?.startsWith('-')) {
    const flag = rest.shift() ?? '';
    const own = /^(?:-[sk]|--signal=|--kill-after=)(.+)$/.exec(flag)?.[1];
    const value = own ?? (/^-[sk]$/.test(flag) ? rest.shift() : undefined);
    if (value !== undefined && /^-(?:s|-s)/.test(flag)) signal = signalOf([`-${value}`]).signal ?? 'TERM';
  }
  const [limit = '', ...words] = rest;
  const ms = durationMs(limit);
  if (ms === undefined || words.length === 0) {
    state.write('stderr', `timeout: invalid number '${limit}'\n`);
    return 125;
  }
  const inner = subshellOf(state);
  const child = state.tasks.start(
    (process) => shell.whole(shell.invoke(words, inner), Object.assign(inner, { process })),
    { line: words.join(' '), traps: inner.traps, parent: state.process },
  );
  if (!child) return tooMany(state);
  yield { ms: ms === 0 ? Infinity : ms, until: () => child.exitCode !== undefined };
  if (child.exitCode !== undefined) return child.exitCode;
  state.tasks.signal(child.pid, signal);
  if (child.exitCode === undefined) yield { ms: Infinity, until: () => child.exitCode !== undefined };
  return TIMED_OUT;
};

/** Says that no more processes can be had. */
export function tooMany(state: ShellState): number {
  state.write('stderr', `${state.shell}: can't fork: Resource temporarily unavailable\n`);
  return 2;
}

/** A time as `sleep` takes it, in milliseconds; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  const units: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return match ? Math.round(Number(match[1]) * (units[match[2] ?? ''] ?? 1000)) : undefined;
}

const sleep: ShellCommand = function* (args, state) {
  let ms = 0;
  for (const arg of args) {
    const own = durationMs(arg);
    if (own === undefined) {
      state.write('stderr', `sleep: invalid number '${arg}'\n`);
      return 1;
    }
    ms += own;
  }
  if (args.length === 0) {
    state.write('stderr', 'sleep: missing operand\n');
    return 1;
  }
  yield { ms };
  return 0;
};

/** Commands about time and processes. */
export const JOB_COMMANDS: readonly (readonly [string, ShellCommand])[] = [
  ['wait', wait],
  ['jobs', jobs],
  ['fg', foreground],
  ['bg', atOnce(() => 0)],
  ['kill', kill],
  ['trap', trap],
  ['timeout', timeout],
  ['sleep', sleep],
];
