import type { ContainerInstance } from '../runtime/running-pods.js';

const NUMBERS: Readonly<Record<string, string>> = {
  0: '0',
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
  17: 'CHLD',
  18: 'CONT',
  19: 'STOP',
  28: 'WINCH',
};
const NAMES = new Set(Object.values(NUMBERS));

/** The name of a signal, however it is written (`1`, `HUP`, `SIGHUP`); undefined when there is none. */
export function signalName(text: string): string | undefined {
  const name = Object.hasOwn(NUMBERS, text) ? NUMBERS[text] : text.toUpperCase().replace(/^SIG/, '');
  return name !== undefined && NAMES.has(name) ? name : undefined;
}

/**
 * Sends a signal to the first program of a container from within. What it does not handle passes it by, `KILL` too; servers
 * end on those that ask for an end and go on at the others, which have them read their settings or logs anew.
 */
export function signalProgram(life: ContainerInstance, signal: string, isScript: boolean): void {
  const reaction = life.process.onTerminate;
  const isAsked = signal === 'TERM' || (!isScript && (signal === 'INT' || signal === 'QUIT'));
  if (reaction && isAsked) life.exit(reaction.exitCode);
  else life.poke();
}

/** What `kill` was asked for. */
export function killOf(args: readonly string[]): {
  readonly signal: string;
  readonly pids: readonly string[];
} {
  const [first = '', second = '', ...rest] = args;
  if (first === '-s' || first === '-n') return { signal: second, pids: rest };
  if (/^-\w/.test(first)) return { signal: first.slice(1), pids: args.slice(1) };
  return { signal: 'TERM', pids: first === '--' ? args.slice(1) : args };
}
