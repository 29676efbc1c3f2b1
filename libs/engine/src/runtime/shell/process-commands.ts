import type { Builtin } from './builtin.js';
import { ownerName } from './file-commands.js';
import { pidAfter } from './process-numbers.js';
import type { ShellState } from './shell-state.js';

interface Listed {
  readonly pid: number;
  readonly line: string;
}

/** The processes a container sees, with the command that looks, unless that is the program itself. */
function listed({ processes }: ShellState, own: string): readonly Listed[] {
  const lines = processes.at(-1) === own ? processes : [...processes, own];
  return lines.map((line, index) => ({ pid: pidAfter(index), line }));
}

const ps: Builtin = ({ state, args }) => {
  const user = ownerName(state.files.identity.uid).padEnd(8);
  const rows = listed(state, ['ps', ...args].join(' ')).map(
    ({ pid, line }) => `${String(pid).padStart(5)} ${user}  0:00 ${line}\n`,
  );
  state.write('stdout', `PID   USER     TIME  COMMAND\n${rows.join('')}`);
  return 0;
};

/** Shows its table once; it ends by itself only where it is told how often to. */
const top: Builtin = ({ state, args }) => {
  const user = ownerName(state.files.identity.uid).padEnd(8);
  const rows = listed(state, ['top', ...args].join(' ')).map(
    ({ pid, line }) => `${String(pid).padStart(5)}     0 ${user} S     4400   0%   0   0% ${line}\n`,
  );
  state.write(
    'stdout',
    `Load average: 0.00 0.00 0.00\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n${rows.join('')}`,
  );
  return args.some((arg) => /^-b?n/.test(arg)) ? 0 : 'forever';
};

/** Commands that show the processes of a container. */
export const PROCESS_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['ps', ps],
  ['top', top],
];
