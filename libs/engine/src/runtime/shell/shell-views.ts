import { Processes } from './processes.js';
import type { ShellState } from './shell-state.js';
import { TextPipe } from './text-pipe.js';
import { Variables } from './variables.js';

/** Price of a shell within a shell, in commands. */
const SUBSHELL_WORK = 4;
/** Variables and functions that are copied for the price of one command. */
const COPIED_PER_WORK = 32;

/** What of a state changes as a whole, and is the same in all views of it. */
const SHARED = [
  'depth',
  'lastExit',
  'substituted',
  'tested',
  'directory',
  'parameters',
  'shell',
  'lastJob',
  'sinks',
  'input',
] as const satisfies readonly (keyof ShellState)[];

/** What a shell is made from. */
export type ShellStart = Pick<
  ShellState,
  | 'variables'
  | 'exported'
  | 'files'
  | 'directory'
  | 'network'
  | 'processes'
  | 'startedMs'
  | 'interactive'
  | 'noteUnknown'
  | 'noteOutside'
  | 'evaluate'
> & {
  readonly print: ShellState['write'];
  readonly input?: TextPipe;
  readonly tasks?: Processes;
  readonly writeBytes?: (bytes: string) => void;
  readonly signalOther?: (pid: number, signal: string) => boolean;
};

/** A shell that has not done anything yet. */
export function newShell(start: ShellStart): ShellState {
  const { tasks = new Processes() } = start;
  let work = 0;
  return {
    variables: new Variables(start.variables),
    exported: start.exported,
    directory: start.directory,
    network: start.network,
    processes: start.processes,
    interactive: start.interactive,
    noteUnknown: () => start.noteUnknown(),
    noteOutside: () => start.noteOutside(),
    evaluate: start.evaluate,
    ...(start.writeBytes && { writeBytes: start.writeBytes }),
    ...(start.signalOther && { signalOther: start.signalOther }),
    // Made when they are first looked at, which is noted.
    get files() {
      return start.files;
    },
    get startedMs() {
      return start.startedMs;
    },
    get nowMs() {
      return tasks.nowMs;
    },
    tasks,
    process: undefined,
    isProgram: true,
    locals: undefined,
    isBash: false,
    functions: new Map(),
    options: new Set(),
    parameters: [],
    shell: 'sh',
    jobs: [],
    lastJob: undefined,
    lastExit: 0,
    substituted: 0,
    tested: 0,
    traps: new Map(),
    // The same for all views, however many lie between.
    get work() {
      return work;
    },
    set work(done) {
      work = done;
    },
    depth: 0,
    sinks: [
      undefined,
      { write: (text) => start.print('stdout', text) },
      { write: (text) => start.print('stderr', text) },
    ],
    input: start.input ?? inputOf(start.interactive),
    write(stream, text) {
      this.sinks[stream === 'stdout' ? 1 : 2]?.write(text);
    },
  };
}

/** Somebody may type, or there is nothing to read. */
function inputOf(interactive: boolean): TextPipe {
  return interactive ? new TextPipe() : TextPipe.of('');
}

/** The same shell with some of it replaced. All other changes reach the original. */
export function viewOf(state: ShellState, own: Partial<ShellState>): ShellState {
  const properties: PropertyDescriptorMap = {};
  for (const name of SHARED)
    if (!(name in own))
      properties[name] = {
        get: () => state[name],
        set: (value: never) => Object.assign(state, { [name]: value }),
      };
  for (const [name, value] of Object.entries(own)) properties[name] = { value, writable: true };
  return Object.defineProperties(Object.create(state) as ShellState, properties);
}

/** A shell of its own that begins as a copy: `( … )`, a part of a pipe, a job. Only its work is the original's. */
export function subshellOf(state: ShellState, own: Partial<ShellState> = {}): ShellState {
  const { depth, lastExit, substituted, tested, directory, parameters, shell, lastJob, sinks, input } = state;
  state.work += SUBSHELL_WORK + (state.variables.size + state.functions.size) / COPIED_PER_WORK;
  return viewOf(state, {
    depth,
    lastExit,
    substituted,
    tested,
    directory,
    parameters,
    shell,
    lastJob,
    sinks,
    input,
    variables: new Variables(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    options: new Set(state.options),
    traps: new Map(),
    jobs: [],
    isProgram: false,
    ...own,
  });
}
