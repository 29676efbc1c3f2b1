import { parseScript } from './parse.js';
import { FileError } from '../files/container-files.js';
import { bytesFromText, textFromBytes } from '../files/file-node.js';
import type { BuiltinContext } from './builtin.js';
import { builtins } from './builtins.js';
import { agnhost } from '../programs/agnhost.js';
import { webhookCertgen } from '../programs/webhook-certgen.js';
import { arithmetic } from './arithmetic.js';
import { charged, pathOf, withoutLast, type Pause, type ShellState } from './shell-state.js';
import { ShellSyntaxError, type Command, type Redirection, type Word } from './syntax.js';

/** What of a state is shared by all the views of it that redirections make. */
const SHARED = ['work', 'depth', 'nowMs', 'lastExit', 'directory', 'parameters', 'shell'] as const;

/** How deep scripts may call scripts, and sums hold sums. */
const DEEPEST_CALL = 20;
/** Longest value of a variable or output of a command that is handed on, and longest file; the rest is lost. */
const LONGEST_TEXT = 1024 * 1024;

/** Every command takes at least this long, so that no loop stands still in time. */
const COMMAND_MS = 1;

class ExitScript extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

class LeaveLoop extends Error {
  readonly again: boolean;
  constructor(again: boolean) {
    super('leave');
    this.again = again;
  }
}

type Running = Generator<Pause, number, undefined>;

/** What commands are given to read, of which `read` takes a line each time. */
interface Input {
  text: string;
}
const NO_INPUT: Readonly<Input> = { text: '' };

/** Runs a script: yields when time must pass, answers the exit code. */
export function* runScript(script: string, state: ShellState): Running {
  if (state.depth >= DEEPEST_CALL) {
    state.write('stderr', `${state.shell}: scripts are nested too deep\n`);
    return 2;
  }
  let command: Command;
  try {
    command = parseScript(charged(state, script));
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    state.write('stderr', `${state.shell}: syntax error: ${error.message}\n`);
    return 2;
  }
  state.depth++;
  try {
    return yield* runProgram(run(command, state, { ...NO_INPUT }), state);
  } finally {
    state.depth--;
  }
}

/** Runs a command that is given as words, as `command` and `args` of a container are. */
export function* runWords(words: readonly string[], state: ShellState, input = ''): Running {
  return yield* runProgram(invoke(words, state, { text: input }), state);
}

function* runProgram(program: Running, state: ShellState): Running {
  try {
    return yield* program;
  } catch (error) {
    if (error instanceof ExitScript) return error.code;
    if (error instanceof LeaveLoop) return state.lastExit;
    throw error;
  }
}

function* run(command: Command, state: ShellState, input: Input): Running {
  switch (command.type) {
    case 'list': {
      let code = 0;
      for (const each of command.commands) code = state.lastExit = yield* run(each, state, input);
      return code;
    }
    case 'and':
    case 'or': {
      const code = (state.lastExit = yield* run(command.left, state, input));
      return (code === 0) === (command.type === 'and') ? yield* run(command.right, state, input) : code;
    }
    case 'not':
      return (yield* run(command.command, state, input)) === 0 ? 1 : 0;
    case 'pipe': {
      let piped = input;
      let code = 0;
      for (const [index, each] of command.commands.entries()) {
        if (index === command.commands.length - 1) return yield* run(each, state, piped);
        let captured = '';
        code = yield* run(
          each,
          capturing(state, (text) => (captured = joined(captured, text, state))),
          piped,
        );
        piped = { text: captured };
      }
      return code;
    }
    case 'loop':
      for (;;) {
        const code = yield* run(command.condition, state, input);
        if ((code === 0) === command.until) return 0;
        if (yield* runBody(command.body, state, input)) return 0;
        state.nowMs += COMMAND_MS;
        state.work++;
        yield { ms: COMMAND_MS };
      }
    case 'for':
      for (const value of yield* expandAll(command.words, state)) {
        state.variables.set(command.name, value);
        if (yield* runBody(command.body, state, input)) break;
      }
      return 0;
    case 'if':
      for (const { condition, body } of command.branches)
        if ((yield* run(condition, state, input)) === 0) return yield* run(body, state, input);
      return command.otherwise ? yield* run(command.otherwise, state, input) : 0;
    case 'group': {
      const redirected = yield* redirectedOrTold(command.redirections, state, input);
      return redirected ? yield* run(command.body, redirected.state, redirected.input) : 1;
    }
    case 'simple': {
      const values: [string, string][] = [];
      for (const { name, value } of command.assignments)
        values.push([name, (yield* expand(value, state)).join(' ')]);
      const words = yield* expandAll(command.words, state);
      const redirected = yield* redirectedOrTold(command.redirections, state, input);
      if (!redirected) return 1;
      if (words.length === 0) {
        for (const [name, value] of values) state.variables.set(name, value);
        return 0;
      }
      return yield* invoke(words, redirected.state, redirected.input);
    }
  }
}

/** True when the loop is left. */
function* runBody(body: Command, state: ShellState, input: Input): Generator<Pause, boolean, undefined> {
  try {
    state.lastExit = yield* run(body, state, input);
  } catch (error) {
    if (!(error instanceof LeaveLoop)) throw error;
    return !error.again;
  }
  return false;
}

function capturing(state: ShellState, take: (text: string) => void): ShellState {
  return writingTo(state, (stream, text) => (stream === 'stdout' ? take(text) : state.write(stream, text)));
}

/** The same state with another way to write. Changes reach the original. */
function writingTo(state: ShellState, write: ShellState['write']): ShellState {
  const shared = Object.fromEntries(
    SHARED.map((name) => [
      name,
      { get: () => state[name], set: (value: never) => Object.assign(state, { [name]: value }) },
    ]),
  );
  return Object.defineProperties(Object.create(state) as ShellState, { write: { value: write }, ...shared });
}

/** Streams as redirections ask for; undefined when a file could not be opened, which the script is told. */
function* redirectedOrTold(
  redirections: readonly Redirection[],
  state: ShellState,
  input: Input,
): Generator<Pause, { state: ShellState; input: Input } | undefined, undefined> {
  try {
    return yield* redirect(redirections, state, input);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.write('stderr', `${state.shell}: ${refusedFile(error)}\n`);
    return undefined;
  }
}

/** As busybox' shell says it. */
function refusedFile({ code, reason, call, path }: FileError): string {
  const isRead = call === 'read';
  const why = code === 'ENOENT' ? (isRead ? 'no such file' : 'nonexistent directory') : reason;
  return `can't ${isRead ? 'open' : 'create'} ${path}: ${why}`;
}

function* redirect(
  redirections: readonly Redirection[],
  state: ShellState,
  input: Input,
): Generator<Pause, { state: ShellState; input: Input }, undefined> {
  let result = state;
  let given = input;
  for (const { from, append, to } of redirections) {
    const before = result;
    if (from === 0) {
      if (typeof to !== 'number')
        given = { text: textFromBytes(opened(state, (yield* expand(to, state)).join(' '))) };
      continue;
    }
    const source = from === 1 ? 'stdout' : 'stderr';
    let take: (text: string) => void;
    if (typeof to === 'number') {
      const target = to === 1 ? 'stdout' : 'stderr';
      take = (text) => before.write(target, text);
    } else {
      const path = (yield* expand(to, state)).join(' ');
      if (path === '/dev/stdout' || path === '/dev/stderr' || path.startsWith('/proc/1/fd/')) {
        const target = path.endsWith('2') || path.endsWith('err') ? 'stderr' : 'stdout';
        take = (text) => state.write(target, text);
      } else if (path === '/dev/null') take = () => undefined;
      else {
        const file = pathOf(state, path);
        asNamed(path, 'create', () => state.files.write(file, '', { append }));
        take = (text) => {
          state.files.write(file, bytesFromText(charged(state, text)), { append: true });
        };
      }
    }
    result = writingTo(before, (stream, text) =>
      stream === source ? take(text) : before.write(stream, text),
    );
  }
  return { state: result, input: given };
}

function opened(state: ShellState, path: string): string {
  if (path === '/dev/null') return '';
  return charged(
    state,
    asNamed(path, 'read', () => state.files.read(pathOf(state, path))),
  );
}

/** Errors name the file as the script does. */
function asNamed<T>(path: string, call: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? new FileError(error.code, call, path) : error;
  }
}

function* expandAll(words: readonly Word[], state: ShellState): Generator<Pause, string[], undefined> {
  const result: string[] = [];
  for (const word of words) result.push(...(yield* expand(word, state)));
  return result;
}

/** A word with everything replaced; unquoted results are split at blanks. */
function* expand(word: Word, state: ShellState): Generator<Pause, string[], undefined> {
  const fields: string[] = [];
  let current: string | undefined;
  const append = (text: string, quoted: boolean): void => {
    if (quoted) {
      current = joined(current ?? '', text, state);
      return;
    }
    const pieces = charged(state, text).split(/\s+/);
    pieces.forEach((piece, index) => {
      if (index > 0 && current !== undefined) {
        fields.push(current);
        current = undefined;
      }
      if (piece !== '') current = joined(current ?? '', piece, state);
    });
  };
  for (const part of word) {
    switch (part.type) {
      case 'text':
        current = joined(current ?? '', part.text, state);
        break;
      case 'variable':
        append(variable(part.name, state) || (part.fallback ?? ''), part.quoted);
        break;
      case 'arithmetic':
        append(String(arithmetic(charged(state, part.expression), state)), part.quoted);
        break;
      case 'command': {
        let output = '';
        yield* runScript(
          part.script,
          capturing(state, (text) => (output = joined(output, text, state))),
        );
        append(withoutLast(output, '\n'), part.quoted);
        break;
      }
    }
  }
  if (current !== undefined) fields.push(current);
  return fields;
}

function variable(name: string, state: ShellState): string {
  if (name === '?') return String(state.lastExit);
  if (name === '$') return '1';
  if (name === '#') return String(state.parameters.length);
  if (name === '@' || name === '*') return state.parameters.join(' ');
  if (/^\d$/.test(name)) return (name === '0' ? state.shell : state.parameters[Number(name) - 1]) ?? '';
  return state.variables.get(name) ?? '';
}

/** Text put together, up to the limit; its length is work. */
function joined(before: string, text: string, state: ShellState): string {
  charged(state, text);
  const room = LONGEST_TEXT - before.length;
  return room <= 0 ? before : before + (text.length > room ? text.slice(0, room) : text);
}

function* invoke(words: readonly string[], state: ShellState, input: Input): Running {
  const [program = '', ...args] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  state.nowMs += COMMAND_MS;
  state.work++;
  yield { ms: COMMAND_MS };
  switch (name) {
    case 'exit':
      throw new ExitScript(args[0] === undefined ? state.lastExit : Number(args[0]) & 0xff);
    case 'break':
      throw new LeaveLoop(false);
    case 'continue':
      throw new LeaveLoop(true);
    case 'exec':
    case 'command':
    case 'nohup':
    case 'time':
      return args.length === 0 ? 0 : yield* invoke(args, state, input);
    case 'timeout':
      return yield* invoke(args.slice(1), state, input);
    case 'eval':
      return yield* nested(args.join(' '), state);
    case 'sh':
    case 'bash':
    case 'ash':
    case 'dash': {
      const flag = args.findIndex((arg) => /^-[a-z]*c[a-z]*$/.test(arg));
      if (flag >= 0) {
        const { parameters, shell } = state;
        state.parameters = args.slice(flag + 3);
        state.shell = args[flag + 2] ?? program;
        const code = yield* nested(args[flag + 1] ?? '', state);
        state.parameters = parameters;
        state.shell = shell;
        return code;
      }
      const file = args.find((arg) => !arg.startsWith('-'));
      if (file === undefined && input.text === '' && state.interactive) return yield* forever(state);
      const path = file === undefined ? undefined : pathOf(state, file);
      if (path !== undefined && !state.files.exists(path)) {
        state.write('stderr', `${name}: can't open '${file}': No such file or directory\n`);
        return 127;
      }
      return yield* nested(path === undefined ? input.text : textFromBytes(state.files.read(path)), state);
    }
    case 'read':
      // Somebody may type it yet.
      if (input.text === '' && state.interactive) return yield* forever(state);
      return readLine(args, state, input);
    case 'sleep': {
      const ms = args.reduce((sum, arg) => sum + sleepMs(arg), 0);
      state.nowMs += ms;
      yield { ms };
      return 0;
    }
    case 'agnhost':
    case 'agnhost-2':
      return yield* guarded(agnhost(words, state), state, name);
    case 'kube-webhook-certgen':
      return webhookCertgen(words, state);
    default: {
      const builtin = builtins.get(name);
      if (!builtin) {
        const script = program.includes('/') && scriptAt(state, program);
        if (typeof script === 'string') return yield* nested(script, state);
        state.noteUnknown();
        return 0;
      }
      const context: BuiltinContext = { state, args, input: input.text };
      try {
        const outcome = builtin(context);
        if (typeof outcome === 'number') return outcome;
        return outcome === 'forever' ? yield* forever(state) : yield* outcome;
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        state.write('stderr', `${name}: ${error.reason}\n`);
        return 1;
      }
    }
  }
}

/** Takes a line of the input apart: a word for each variable, and what is left for the last. */
function readLine(args: readonly string[], state: ShellState, input: Input): number {
  const end = input.text.indexOf('\n');
  const line = end < 0 ? input.text : input.text.slice(0, end);
  input.text = end < 0 ? '' : charged(state, input.text.slice(end + 1));
  const names = args.filter((arg) => !arg.startsWith('-'));
  let rest = line.trim();
  for (const [index, name] of (names.length > 0 ? names : ['REPLY']).entries()) {
    const word = index >= names.length - 1 ? rest : (/^\S*/.exec(rest)?.[0] ?? '');
    state.variables.set(name, word);
    rest = rest.slice(word.length).trimStart();
  }
  return end < 0 ? 1 : 0;
}

function* guarded(program: Running, state: ShellState, name: string): Running {
  try {
    const code = yield* program;
    return code < 0 ? yield* forever(state) : code;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.write('stderr', `${name}: ${error.message}\n`);
    return 1;
  }
}

/** The text of a script that a file holds. */
function scriptAt(state: ShellState, program: string): string | undefined {
  const path = pathOf(state, program);
  if (!state.files.exists(path) || state.files.isDirectory(path)) return undefined;
  const text = textFromBytes(charged(state, state.files.read(path)));
  return /^#!.*\b(?:ba|a|da)?sh\b/.test(text) ? text : undefined;
}

function* forever(state: ShellState): Running {
  state.nowMs = Infinity;
  yield { ms: Infinity };
  return 0;
}

function* nested(script: string, state: ShellState): Running {
  return yield* runScript(script, state);
}

function sleepMs(text: string): number {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  const units: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return match ? Math.round(Number(match[1]) * (units[match[2] ?? ''] ?? 1000)) : 0;
}
