import { textFromBytes } from '../files/file-node.js';
import type { Interpreter } from './builtin.js';
import { builtins } from './builtins.js';
import { scriptAt, SHELL_COMMANDS, SHELLS, whereIs } from './known-commands.js';
import { runBuiltin } from './run-builtin.js';
import { ExitScript, LeaveLoop, ReturnFrom } from './control-flow.js';
import { expandAll, expandPattern, expandText } from './expand.js';
import { tooMany } from './job-commands.js';
import { parseScript } from './parse.js';
import { Pattern } from './patterns.js';
import { PROGRAMS } from './programs.js';
import type { Pause, Process, Running } from './processes.js';
import { redirected } from './redirect.js';
import { charged, pathOf, type ShellState, type Sink } from './shell-state.js';
import { subshellOf, viewOf } from './shell-views.js';
import { ShellSyntaxError, type Command } from './syntax.js';
import { holds } from './test-command.js';
import { BrokenPipe, TextPipe } from './text-pipe.js';
import { Variables } from './variables.js';

/** How deep scripts may call scripts, and functions functions. */
const DEEPEST_CALL = 40;
/** Functions that a shell knows. */
const MOST_FUNCTIONS = 1000;
/** Calls within calls that come with the price of a command. */
const CHEAP_DEPTH = 4;
/** Every command takes at least this long, so that no loop stands still in time. */
const COMMAND_MS = 1;
/** Jobs that a shell remembers. */
const MOST_JOBS = 64;
const BROKEN_PIPE = 141;
const NOT_FOUND = 127;

type Simple = Extract<Command, { type: 'simple' }>;

/** Runs a script: yields when time must pass, answers the exit code. */
export function* runScript(script: string, state: ShellState): Running {
  return yield* whole(include(script, state), state);
}

/** Runs a command that is given as words, as `command` and `args` of a container are. */
export function* runWords(words: readonly string[], state: ShellState): Running {
  return yield* whole(invoke(words, state), state);
}

function* whole(program: Running, state: ShellState): Running {
  const code = yield* caught(program, state);
  const last = state.traps.get('EXIT');
  if (!last) return code;
  state.traps.delete('EXIT');
  state.lastExit = code;
  return yield* caught(leaving(last, code, state), state);
}

/** What is done at the end leaves the exit code as it was, unless it says another. */
function* leaving(action: string, code: number, state: ShellState): Running {
  yield* include(action, state);
  return code;
}

function* caught(program: Running, state: ShellState): Running {
  try {
    return yield* program;
  } catch (error) {
    if (error instanceof ExitScript || error instanceof ReturnFrom) return error.code;
    if (error instanceof LeaveLoop) return state.lastExit;
    if (error instanceof BrokenPipe) return BROKEN_PIPE;
    throw error;
  }
}

/** Runs a script as a part of the present one. */
function* include(script: string, state: ShellState): Running {
  if (state.depth >= DEEPEST_CALL) {
    state.write('stderr', `${state.shell}: scripts are nested too deep\n`);
    return 2;
  }
  let command: Command;
  try {
    command = parseScript(charged(state, script));
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    // There is more to that language than is read here.
    if (state.isBash) {
      state.noteUnknown();
      return 0;
    }
    state.write('stderr', `${state.shell}: syntax error: ${error.message}\n`);
    return 2;
  }
  state.depth++;
  try {
    return yield* run(command, state);
  } finally {
    state.depth--;
  }
}

function* run(command: Command, state: ShellState): Running {
  switch (command.type) {
    case 'list': {
      let code = 0;
      for (const each of command.commands) code = state.lastExit = yield* run(each, state);
      return code;
    }
    case 'and':
    case 'or': {
      const code = (state.lastExit = yield* condition(command.left, state));
      return (code === 0) === (command.type === 'and') ? yield* run(command.right, state) : code;
    }
    case 'not':
      return (yield* condition(command.command, state)) === 0 ? 1 : 0;
    case 'pipe':
      return checked(yield* pipe(command.commands, command.line, state), state);
    case 'background':
      return background(command.command, command.line, state);
    case 'loop':
      for (let last = 0; ;) {
        const code = yield* condition(command.condition, state);
        if ((code === 0) === command.until) return last;
        if (yield* leaves(command.body, state)) return state.lastExit;
        last = state.lastExit;
        state.work++;
        yield { ms: COMMAND_MS };
      }
    case 'for':
      for (const value of command.words ? yield* expandAll(command.words, state) : state.parameters) {
        state.variables.set(command.name, value);
        if (yield* leaves(command.body, state)) break;
      }
      return state.lastExit;
    case 'if':
      for (const branch of command.branches)
        if ((yield* condition(branch.condition, state)) === 0) return yield* run(branch.body, state);
      return command.otherwise ? yield* run(command.otherwise, state) : 0;
    case 'case': {
      const text = charged(state, yield* expandText(command.word, state));
      for (const { patterns, body } of command.branches)
        for (const pattern of patterns)
          if (new Pattern(charged(state, yield* expandPattern(pattern, state))).matches(text))
            return yield* run(body, state);
      return 0;
    }
    case 'function':
      if (state.functions.size >= MOST_FUNCTIONS && !state.functions.has(command.name)) {
        state.write('stderr', `${state.shell}: ${command.name}: too many functions\n`);
        return checked(2, state);
      }
      state.functions.set(command.name, command.body);
      return 0;
    case 'test': {
      const words: string[] = [];
      for (const word of command.words) words.push(yield* expandPattern(word, state));
      state.work++;
      yield { ms: COMMAND_MS };
      return checked(holds(words, state, true) ? 0 : 1, state);
    }
    case 'group': {
      const streams = yield* redirected(command.redirections, state);
      if (!streams) return checked(1, state);
      if (!command.subshell) return yield* run(command.body, viewOf(state, streams));
      const inner = subshellOf(state, streams);
      return checked(yield* whole(run(command.body, inner), inner), state);
    }
    case 'simple':
      return checked(yield* simple(command, state), state);
  }
}

/** A script that is told to ends where a command fails that nobody looks at. */
function checked(code: number, state: ShellState): number {
  if (code !== 0 && state.tested === 0 && state.options.has('e')) throw new ExitScript(code);
  return code;
}

/** Runs what is looked at whether it goes well. */
function* condition(command: Command, state: ShellState): Running {
  state.tested++;
  try {
    return yield* run(command, state);
  } finally {
    state.tested--;
  }
}

/** True when the loop around a body is left. */
function* leaves(body: Command, state: ShellState): Generator<Pause, boolean, undefined> {
  try {
    state.lastExit = yield* run(body, state);
  } catch (error) {
    if (!(error instanceof LeaveLoop)) throw error;
    if (error.levels > 1) throw new LeaveLoop(error.again, error.levels - 1);
    return !error.again;
  }
  return false;
}

/** The pipes that streams lead to. */
const pipesOf = (sinks: readonly (Sink | undefined)[]): TextPipe[] =>
  [...new Set(sinks.map((sink) => sink?.pipe))].filter((pipe) => pipe !== undefined);

/** Starts a part of a script as a process of its own. */
function start(
  command: Command,
  line: string,
  inner: ShellState,
  parent: Process | undefined,
  reads?: TextPipe,
): Process | undefined {
  // What stands in brackets is the process, and so is a single command: signals are for its traps.
  const own = command.type === 'group' && command.subshell ? { ...command, subshell: false } : command;
  Object.assign(inner, { isProgram: own.type === 'simple' });
  return inner.tasks.start((process) => whole(run(own, inner), Object.assign(inner, { process })), {
    line,
    traps: inner.traps,
    parent,
    reads,
    writes: pipesOf(inner.sinks),
  });
}

/** All parts run beside each other; each reads what the one before it writes. */
function* pipe(commands: readonly Command[], line: string, state: ShellState): Running {
  const parts: Process[] = [];
  let { input } = state;
  let reads: TextPipe | undefined;
  for (const [index, each] of commands.entries()) {
    const isLast = index === commands.length - 1;
    const next = new TextPipe();
    const [, , errors] = state.sinks;
    const sinks = isLast ? state.sinks : [undefined, sinkTo(next), errors, ...state.sinks.slice(3)];
    const part = start(each, line, subshellOf(state, { input, sinks }), state.process, reads);
    if (!part) {
      reads?.close();
      return tooMany(state);
    }
    parts.push(part);
    input = reads = next;
  }
  yield { ms: 0, until: () => true };
  const isOver = (): boolean => parts.every(({ exitCode }) => exitCode !== undefined);
  if (!isOver()) yield { ms: Infinity, until: isOver };
  const codes = parts.map(({ exitCode = 0 }) => exitCode);
  const failed = state.options.has('pipefail') ? codes.findLast((code) => code !== 0) : undefined;
  return failed ?? codes.at(-1) ?? 0;
}

const sinkTo = (pipe: TextPipe): Sink => ({ pipe, write: (text) => pipe.write(text) });

function background(command: Command, line: string, state: ShellState): number {
  const inner = subshellOf(state, { tested: 0, input: TextPipe.of('') });
  const process = start(command, line, inner, undefined);
  if (!process) return tooMany(state);
  state.lastJob = process.pid;
  const number = (state.jobs.at(-1)?.number ?? 0) + 1;
  state.jobs.push({ number, process });
  if (state.jobs.length > MOST_JOBS) state.jobs.shift();
  return 0;
}

function* simple({ assignments, words, redirections }: Simple, state: ShellState): Running {
  state.substituted = 0;
  const given = yield* expandAll(words, state);
  const values: [string, string][] = [];
  for (const { name, value } of assignments) {
    const text = yield* expandText(value, state);
    if (given.length === 0) state.variables.set(name, text);
    else values.push([name, text]);
  }
  const streams = yield* redirected(redirections, state);
  if (!streams) return 1;
  if (given.length === 0) return state.substituted;
  if (given[0] === 'exec' && given.length === 1) {
    Object.assign(state, streams);
    return 0;
  }
  if (state.options.has('x')) state.write('stderr', `+ ${given.join(' ')}\n`);
  const inner = redirections.length > 0 ? viewOf(state, streams) : state;
  if (values.length === 0) return yield* invoke(given, inner);
  const before = values.map(([name]) => [name, state.variables.get(name), state.exported.has(name)] as const);
  for (const [name, text] of values) {
    state.variables.set(name, text);
    state.exported.add(name);
  }
  try {
    return yield* invoke(given, inner);
  } finally {
    for (const [name, text, wasExported] of before) {
      if (text === undefined) state.variables.delete(name);
      else state.variables.set(name, text);
      if (!wasExported) state.exported.delete(name);
    }
  }
}

function* invoke(words: readonly string[], state: ShellState): Running {
  const [program = '', ...args] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  // A pause goes through all who called.
  state.work += 1 + Math.max(0, state.depth - CHEAP_DEPTH);
  yield { ms: COMMAND_MS };
  yield* runTraps(state);
  const full = state.sinks[1]?.pipe;
  if (full?.isFull) yield { ms: Infinity, until: () => !full.isFull || full.isBroken };
  const code = yield* invokeNamed(program, name, args, state);
  yield* runTraps(state);
  return code;
}

function* invokeNamed(program: string, name: string, args: readonly string[], state: ShellState): Running {
  const body = state.functions.get(program);
  if (body) return yield* call(body, args, state);
  switch (program) {
    case 'exit':
      throw new ExitScript(args[0] === undefined ? state.lastExit : Number(args[0]) & 0xff);
    case 'return':
      throw new ReturnFrom(args[0] === undefined ? state.lastExit : Number(args[0]) & 0xff);
    case 'break':
    case 'continue':
      throw new LeaveLoop(program === 'continue', Math.max(1, Number(args[0] ?? 1) || 1));
    case 'eval':
      return yield* include(args.join(' '), state);
    case '.':
    case 'source':
      return yield* sourced(args, state);
    case 'command':
    case 'type':
      if (program === 'type' || /^-[vV]$/.test(args[0] ?? '')) return whereIs(args, state);
      return args.length === 0 ? 0 : yield* invoke(args, viewOf(state, { functions: new Map() }));
    case 'exec':
      throw new ExitScript(yield* invoke(args, state));
  }
  const own = SHELL_COMMANDS.get(name);
  if (own) return yield* own(args, state, INTERPRETER);
  if (SHELLS.has(name)) return yield* runShell(program, name, args, state);
  const builtin = builtins.get(name) ?? PROGRAMS.get(name);
  if (builtin) return yield* runBuiltin(name, builtin, [program, ...args], state);
  const script = program.includes('/') ? scriptAt(state, program) : undefined;
  if (script !== undefined)
    return yield* nested(
      script,
      program,
      args,
      subshellOf(state, { isBash: /^#!.*bash/.test(script) }),
      state,
    );
  state.noteUnknown();
  return 0;
}

/** Has a shell do what it was told to do on the signals it got. */
function* runTraps(state: ShellState): Generator<Pause, void, undefined> {
  const { process } = state;
  if (!process || process.pending.length === 0 || process.traps !== state.traps) return;
  const { lastExit } = state;
  for (let signal = process.pending.shift(); signal !== undefined; signal = process.pending.shift()) {
    const action = state.traps.get(signal);
    if (action) yield* include(action, state);
  }
  state.lastExit = lastExit;
}

function* call(body: Command, args: readonly string[], state: ShellState): Running {
  if (state.depth >= DEEPEST_CALL) {
    state.write('stderr', `${state.shell}: functions are nested too deep\n`);
    throw new ExitScript(2);
  }
  const locals = new Map<string, string | undefined>();
  const { parameters } = state;
  state.parameters = args;
  state.depth++;
  try {
    return yield* run(body, viewOf(state, { locals }));
  } catch (error) {
    if (error instanceof ReturnFrom) return error.code;
    throw error;
  } finally {
    state.depth--;
    state.parameters = parameters;
    for (const [name, value] of locals)
      if (value === undefined) state.variables.delete(name);
      else state.variables.set(name, value);
  }
}

function* sourced([file = '', ...args]: readonly string[], state: ShellState): Running {
  const path = pathOf(state, file);
  if (!state.files.exists(path) || state.files.isDirectory(path)) {
    state.write('stderr', `${state.shell}: .: can't open '${file}': No such file or directory\n`);
    throw new ExitScript(2);
  }
  const { parameters } = state;
  if (args.length > 0) state.parameters = args;
  try {
    return yield* include(textFromBytes(state.files.read(path)), state);
  } catch (error) {
    if (error instanceof ReturnFrom) return error.code;
    throw error;
  } finally {
    state.parameters = parameters;
  }
}

/** A shell within the shell: `sh -c`, `sh script`, or with what it reads. */
function* runShell(program: string, name: string, args: readonly string[], state: ShellState): Running {
  const rest = [...args];
  const options = new Set<string>();
  let takesText = false;
  for (; /^[-+]./.test(rest[0] ?? ''); rest.shift()) {
    if (rest[0] === '--') {
      rest.shift();
      break;
    }
    for (const letter of rest[0]?.slice(1) ?? '') {
      if (letter === 'c') takesText = true;
      else if (letter === 'o') options.add(rest.splice(1, 1)[0] ?? '');
      else options.add(letter);
    }
  }
  const inner = subshellOf(state, { isBash: name === 'bash', options });
  if (takesText) {
    const [text = '', zero = program, ...parameters] = rest;
    return yield* nested(text, zero, parameters, inner, state);
  }
  const [file, ...parameters] = rest;
  if (file === undefined || options.has('s')) {
    const { input } = state;
    if (!input.isEnded) yield { ms: Infinity, until: () => input.isEnded };
    return yield* nested(input.take(), program, rest, subshellOf(inner, { input: TextPipe.of('') }), state);
  }
  const path = pathOf(state, file);
  if (!state.files.exists(path)) {
    state.write('stderr', `${program}: can't open '${file}': No such file or directory\n`);
    return NOT_FOUND;
  }
  return yield* nested(textFromBytes(state.files.read(path)), file, parameters, inner, state);
}

/** Runs a script in a shell of its own, which is given what is exported. */
function* nested(
  script: string,
  shell: string,
  parameters: readonly string[],
  copy: ShellState,
  outer: ShellState,
): Running {
  const { variables, exported, isProgram, traps } = outer;
  const inner = viewOf(copy, {
    shell,
    parameters,
    isProgram,
    // Signals to the process are for the shell it was started as.
    traps: isProgram ? traps : new Map(),
    variables: new Variables([...variables].filter(([name]) => exported.has(name))),
    functions: new Map(),
    locals: undefined,
    lastJob: undefined,
    tested: 0,
    lastExit: 0,
  });
  return yield* whole(include(script, inner), inner);
}

const INTERPRETER: Interpreter = { invoke, include, whole };
