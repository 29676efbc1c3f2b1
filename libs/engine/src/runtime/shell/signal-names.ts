const NUMBERS: Readonly<Record<string, string>> = {
  0: '0',
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
  17: 'CHLD',
  18: 'CONT',
  19: 'STOP',
  28: 'WINCH',
};
const NAMES = new Set(Object.values(NUMBERS));

/** The signals there are. */
export const signalNames = (): readonly string[] => [...NAMES].filter((name) => name !== '0');

/** The name of a signal, however it is written (`1`, `HUP`, `SIGHUP`); undefined when there is none. */
export function signalName(text: string): string | undefined {
  const name = Object.hasOwn(NUMBERS, text) ? NUMBERS[text] : text.toUpperCase().replace(/^SIG/, '');
  return name !== undefined && NAMES.has(name) ? name : undefined;
}

/** What `kill` was asked for; the signal is undefined when there is none of that name. */
export function signalOf(args: readonly string[]): {
  readonly signal: string | undefined;
  readonly targets: readonly string[];
} {
  const [first = '', second = '', ...rest] = args;
  if (first === '-s' || first === '-n')
    return { signal: signalName(second), targets: rest.filter((arg) => arg !== '--') };
  if (/^-\w/.test(first))
    return { signal: signalName(first.slice(1)), targets: args.slice(1).filter((arg) => arg !== '--') };
  return { signal: 'TERM', targets: first === '--' ? args.slice(1) : args };
}
