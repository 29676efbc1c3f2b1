import { parseScript } from './parse.js';
import { builtins, type BuiltinContext } from './builtins.js';
import { ShellSyntaxError, type Command, type Redirection, type Word } from './syntax.js';

/** What a running script sees and changes. */
export interface ShellState {
  readonly variables: Map<string, string>;
  /** Files by absolute path. */
  readonly files: Map<string, string>;
  /** Milliseconds since the process started. */
  nowMs: number;
  /** The wall clock at the start, in milliseconds since the epoch, for `date`. */
  readonly startedMs: number;
  lastExit: number;
  /** What the script does on a signal, by the signal's name. */
  readonly traps: Map<string, string>;
  /** Work done so far, in commands; long texts count as several. */
  work: number;
  depth: number;
  /** True when somebody may type: a shell without a script waits for that. */
  readonly interactive: boolean;
  /** Called for a command nothing is known about: what follows from it is not known either. */
  noteUnknown(): void;
  write(stream: 'stdout' | 'stderr', text: string): void;
}

/** A pause of the script; `Infinity` never ends. */
export interface Pause {
  readonly ms: number;
}

/** How deep scripts may call scripts, and sums hold sums. */
const DEEPEST_CALL = 20;
/** Longest value of a variable or output of a command that is handed on, and longest file; the rest is lost. */
const LONGEST_TEXT = 1024 * 1024;
/** Text handled for the price of one command. */
const TEXT_PER_WORK = 128;

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

/** Runs a script: yields when time must pass, answers the exit code. */
export function* runScript(script: string, state: ShellState): Running {
  if (state.depth >= DEEPEST_CALL) {
    state.write('stderr', 'sh: scripts are nested too deep\n');
    return 2;
  }
  let command: Command;
  try {
    command = parseScript(script);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    state.write('stderr', `sh: syntax error: ${error.message}\n`);
    return 2;
  }
  state.depth++;
  try {
    return yield* runProgram(run(command, state, ''), state);
  } finally {
    state.depth--;
  }
}

/** Runs a command that is given as words, as `command` and `args` of a container are. */
export function* runWords(words: readonly string[], state: ShellState): Running {
  return yield* runProgram(invoke(words, state, ''), state);
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

function* run(command: Command, state: ShellState, input: string): Running {
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
        piped = captured;
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
      const redirected = yield* redirect(command.redirections, state, input);
      return yield* run(command.body, redirected.state, redirected.input);
    }
    case 'simple': {
      const values: [string, string][] = [];
      for (const { name, value } of command.assignments)
        values.push([name, (yield* expand(value, state)).join(' ')]);
      const words = yield* expandAll(command.words, state);
      const redirected = yield* redirect(command.redirections, state, input);
      if (words.length === 0) {
        for (const [name, value] of values) state.variables.set(name, value);
        return 0;
      }
      return yield* invoke(words, redirected.state, redirected.input);
    }
  }
}

/** True when the loop is left. */
function* runBody(body: Command, state: ShellState, input: string): Generator<Pause, boolean, undefined> {
  try {
    state.lastExit = yield* run(body, state, input);
  } catch (error) {
    if (!(error instanceof LeaveLoop)) throw error;
    return !error.again;
  }
  return false;
}

function capturing(state: ShellState, take: (text: string) => void): ShellState {
  // Changes must reach the original: only writing differs.
  return Object.defineProperties(Object.create(state) as ShellState, {
    write: {
      value: (stream: 'stdout' | 'stderr', text: string) =>
        stream === 'stdout' ? take(text) : state.write(stream, text),
    },
    work: { get: () => state.work, set: (value: number) => (state.work = value) },
    depth: { get: () => state.depth, set: (value: number) => (state.depth = value) },
    nowMs: { get: () => state.nowMs, set: (value: number) => (state.nowMs = value) },
    lastExit: { get: () => state.lastExit, set: (value: number) => (state.lastExit = value) },
  });
}

function* redirect(
  redirections: readonly Redirection[],
  state: ShellState,
  input: string,
): Generator<Pause, { state: ShellState; input: string }, undefined> {
  let result = state;
  let given = input;
  for (const { from, append, to } of redirections) {
    const before = result;
    if (from === 0) {
      if (typeof to !== 'number') given = state.files.get((yield* expand(to, state)).join(' ')) ?? '';
      continue;
    }
    const source = from === 1 ? 'stdout' : 'stderr';
    let take: (text: string) => void;
    if (typeof to === 'number') {
      const target = to === 1 ? 'stdout' : 'stderr';
      take = (text) => state.write(target, text);
    } else {
      const path = (yield* expand(to, state)).join(' ');
      if (path === '/dev/stdout' || path === '/dev/stderr' || path.startsWith('/proc/1/fd/')) {
        const target = path.endsWith('2') || path.endsWith('err') ? 'stderr' : 'stdout';
        take = (text) => state.write(target, text);
      } else {
        if (path !== '/dev/null' && !append) state.files.set(path, '');
        take = (text) => {
          if (path !== '/dev/null') state.files.set(path, joined(state.files.get(path) ?? '', text, state));
        };
      }
    }
    result = Object.defineProperties(Object.create(before) as ShellState, {
      write: {
        value: (stream: 'stdout' | 'stderr', text: string) =>
          stream === source ? take(text) : before.write(stream, text),
      },
      work: { get: () => before.work, set: (value: number) => (before.work = value) },
      depth: { get: () => before.depth, set: (value: number) => (before.depth = value) },
      nowMs: { get: () => before.nowMs, set: (value: number) => (before.nowMs = value) },
      lastExit: { get: () => before.lastExit, set: (value: number) => (before.lastExit = value) },
    });
  }
  return { state: result, input: given };
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
    const pieces = text.split(/\s+/);
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
        append(String(arithmetic(part.expression, state)), part.quoted);
        break;
      case 'command': {
        let output = '';
        yield* runScript(
          part.script,
          capturing(state, (text) => (output = joined(output, text, state))),
        );
        append(output.replace(/\n+$/, ''), part.quoted);
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
  return state.variables.get(name) ?? '';
}

/** Sums, differences, products, quotients and comparisons of whole numbers, from left to right by precedence. */
function arithmetic(expression: string, state: ShellState): number {
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|[<>=!]=|[-+*/%()<>]/g) ?? [];
  let index = 0;
  let depth = 0;
  const primary = (): number => {
    const token = tokens[index++] ?? '0';
    if (token === '(') {
      if (++depth > DEEPEST_CALL) return 0;
      const value = level(0);
      depth--;
      index++;
      return value;
    }
    if (token === '-') return tokens[index] === '-' ? 0 : -primary();
    return /^\d/.test(token) ? Number(token) : Number(state.variables.get(token) ?? 0) || 0;
  };
  const levels = [
    ['<', '>', '<=', '>=', '==', '!='],
    ['+', '-'],
    ['*', '/', '%'],
  ];
  const level = (depth: number): number => {
    const operators = levels[depth];
    if (!operators) return primary();
    let left = level(depth + 1);
    for (let token = tokens[index]; token !== undefined && operators.includes(token); token = tokens[index]) {
      index++;
      left = calculate(token, left, level(depth + 1));
    }
    return left;
  };
  return level(0);
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? 0 : Math.trunc(a / b);
    case '%':
      return b === 0 ? 0 : a % b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    default:
      return Number(a !== b);
  }
}

/** Text put together, up to the limit; its length is work. */
function joined(before: string, text: string, state: ShellState): string {
  state.work += text.length / TEXT_PER_WORK;
  const room = LONGEST_TEXT - before.length;
  return room <= 0 ? before : before + (text.length > room ? text.slice(0, room) : text);
}

function* invoke(words: readonly string[], state: ShellState, input: string): Running {
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
      if (flag >= 0) return yield* nested(args[flag + 1] ?? '', state);
      const file = args.find((arg) => !arg.startsWith('-'));
      if (file === undefined && input === '' && state.interactive) return yield* forever(state);
      const script = file === undefined ? input : state.files.get(file);
      return script === undefined ? 0 : yield* nested(script, state);
    }
    case 'sleep': {
      const ms = args.reduce((sum, arg) => sum + sleepMs(arg), 0);
      state.nowMs += ms;
      yield { ms };
      return 0;
    }
    default: {
      const builtin = builtins.get(name);
      if (!builtin) state.noteUnknown();
      const context: BuiltinContext = { state, args, input };
      const code = builtin ? builtin(context) : 0;
      return code === 'forever' ? yield* forever(state) : code;
    }
  }
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
