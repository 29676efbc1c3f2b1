import { arithmetic } from './arithmetic.js';
import { ExitScript } from './control-flow.js';
import { pathNames } from './path-names.js';
import { isPattern, literally, Pattern } from './patterns.js';
import type { Pause } from './processes.js';
import { charged, joined, withoutLast, type ShellState } from './shell-state.js';
import { subshellOf } from './shell-views.js';
import type { Operation, Word, WordPart } from './syntax.js';

type Expanding<T> = Generator<Pause, T, undefined>;
type Variable = Extract<WordPart, { type: 'variable' }>;

/** A piece of a word's value; what was quoted is neither split nor a pattern. */
interface Segment {
  text: string;
  readonly quoted: boolean;
}

/** Text that all words of a command come to at most (ARG_MAX), and what each counts for besides. */
const MOST_ARGUMENT_TEXT = 2 * 1024 * 1024;
const WORD_OVERHEAD = 6;
/** Price of a word that a value comes to, in commands. */
const WORD_WORK = 1 / 8;
/** Words of a command that come with its price. */
const CHEAP_WORDS = 16;
/** Steps of a pattern for the price of one command. */
const STEPS_PER_WORK = 64;
/** Words that `{1..n}` may come to. */
const MOST_IN_RANGE = 10_000;

/** The words that words come to: replaced, split at blanks, with the names of files that patterns match. */
export function* expandAll(words: readonly Word[], state: ShellState): Expanding<string[]> {
  const result: string[] = [];
  state.work += Math.max(0, words.length - CHEAP_WORDS) / 4;
  let size = 0;
  const add = (text: string): void => {
    size += text.length + WORD_OVERHEAD;
    if (size > MOST_ARGUMENT_TEXT) throw tooLong(state);
    result.push(text);
  };
  for (const word of words)
    for (const field of yield* fieldsOf(word, state)) {
      const text = textOf(field, state);
      const mayMatch = !state.options.has('f') && field.some((each) => !each.quoted && isPattern(each.text));
      const names = mayMatch ? pathNames(patternText(field, state), state) : [];
      if (names.length > 0) names.forEach(add);
      else add(text);
    }
  return result;
}

function tooLong(state: ShellState): ExitScript {
  state.write('stderr', `${state.shell}: Argument list too long\n`);
  return new ExitScript(126);
}

/** The text a word comes to where it is not split: values, names of files. */
export function* expandText(word: Word, state: ShellState): Expanding<string> {
  return textOf(yield* segmentsOf(word, state), state);
}

/** The pattern a word comes to; what was quoted stands for itself. */
export function* expandPattern(word: Word, state: ShellState): Expanding<string> {
  return patternText(yield* segmentsOf(word, state), state);
}

function textOf(segments: readonly Segment[], state: ShellState): string {
  const [only] = segments;
  if (segments.length <= 1) return only?.text ?? '';
  return segments.reduce((text, each) => joined(text, each.text, state), '');
}

const patternText = (segments: readonly Segment[], state: ShellState): string =>
  segments.reduce((text, each) => joined(text, each.quoted ? literally(each.text) : each.text, state), '');

function* segmentsOf(word: Word, state: ShellState): Expanding<Segment[]> {
  const result: Segment[] = [];
  for (const [index, part] of word.entries()) {
    const text = yield* valueOf(part, state);
    result.push({ text: index === 0 ? homed(part, text, state) : text, quoted: part.quoted });
  }
  return result;
}

/** `~` at the beginning of a word is the home of the user. */
function homed(part: WordPart, text: string, state: ShellState): string {
  if (part.type !== 'text' || part.quoted || !/^~(?:\/|$)/.test(text)) return text;
  return (state.variables.get('HOME') ?? '/root') + text.slice(1);
}

function* fieldsOf(word: Word, state: ShellState): Expanding<Segment[][]> {
  const fields: Segment[][] = [];
  let current: Segment[] | undefined;
  const append = (text: string, quoted: boolean): void => {
    current ??= [];
    const last = current.at(-1);
    if (last && last.quoted === quoted) last.text = joined(last.text, text, state);
    else current.push({ text: charged(state, text), quoted });
  };
  const close = (): void => {
    if (!current) return;
    state.work += WORD_WORK;
    // One word can name all parameters many times.
    if (fields.push(current) > MOST_ARGUMENT_TEXT / WORD_OVERHEAD) throw tooLong(state);
    current = undefined;
  };
  const [only] = word;
  if (word.length === 1 && only?.type === 'text' && !only.quoted && state.isBash) {
    const range = rangeOf(only.text);
    if (range) return range.map((text) => [{ text, quoted: true }]);
  }
  for (const [index, part] of word.entries()) {
    if (part.type === 'text') {
      append(index === 0 ? homed(part, part.text, state) : part.text, part.quoted);
      continue;
    }
    const isAll = part.type === 'variable' && !part.operation && !part.length && /^[@*]$/.test(part.name);
    if (isAll && (part.name === '@' || !part.quoted)) {
      state.parameters.forEach((text, at) => {
        if (at > 0) close();
        append(text, part.quoted);
      });
      continue;
    }
    const text = yield* valueOf(part, state);
    if (part.quoted) append(text, true);
    else
      charged(state, text)
        .split(blanksOf(state))
        .forEach((piece, at) => {
          if (at > 0) close();
          if (piece !== '') append(piece, false);
        });
  }
  close();
  return fields;
}

/** What values are split at. */
function blanksOf(state: ShellState): RegExp {
  const own = state.variables.get('IFS');
  if (own === undefined) return /[ \t\n]+/;
  if (own === '') return /(?!)/;
  const chars = own.replace(/[\\\]^-]/g, '\\$&');
  return /^\s+$/.test(own) ? new RegExp(`[${chars}]+`) : new RegExp(`[${chars}]`);
}

function rangeOf(text: string): string[] | undefined {
  const [, from, to] = /^\{(-?\d{1,9})\.\.(-?\d{1,9})\}$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const step = Number(from) <= Number(to) ? 1 : -1;
  const count = Math.min(MOST_IN_RANGE, Math.abs(Number(to) - Number(from)) + 1);
  return Array.from({ length: count }, (_, index) => String(Number(from) + index * step));
}

function* valueOf(part: WordPart, state: ShellState): Expanding<string> {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'variable':
      return yield* parameter(part, state);
    case 'arithmetic':
      return String(arithmetic(charged(state, yield* expandText(part.expression, state)), state));
    case 'command': {
      let output = '';
      const sink = { write: (text: string) => void (output = joined(output, text, state)) };
      const inner = subshellOf(state, { sinks: [undefined, sink, state.sinks[2]] });
      state.substituted = yield* state.evaluate(part.script, inner);
      return withoutLast(output, '\n');
    }
  }
}

/** The value of `$name`; undefined when there is none. */
export function variable(name: string, state: ShellState): string | undefined {
  switch (name) {
    case '?':
      return String(state.lastExit);
    case '$':
      return String(state.process?.pid ?? 1);
    case '!':
      return state.lastJob === undefined ? undefined : String(state.lastJob);
    case '#':
      return String(state.parameters.length);
    case '-':
      return [...state.options].filter((option) => option.length === 1).join('');
    case '@':
    case '*':
      return state.parameters.length === 0 ? undefined : charged(state, state.parameters.join(' '));
    case 'PWD':
      return state.directory;
    case 'RANDOM':
      // Chance would make every run of a script another one.
      return String((Math.imul(Math.floor(state.nowMs) + 12_345, 1_103_515_245) >>> 16) & 0x7fff);
    case 'SECONDS':
      return String(Math.floor(state.nowMs / 1000));
  }
  if (/^\d+$/.test(name)) return name === '0' ? state.shell : state.parameters[Number(name) - 1];
  return state.variables.get(name);
}

function* parameter(part: Variable, state: ShellState): Expanding<string> {
  const { name, operation } = part;
  const value = variable(name, state);
  if (part.length) return String(/^[@*]$/.test(name) ? state.parameters.length : (value ?? '').length);
  if (!operation) return value ?? missing(name, state);
  const { kind, orEmpty, word } = operation;
  const isThere = value !== undefined && !(orEmpty && value === '');
  if (kind === '-') return isThere ? value : yield* expandText(word, state);
  if (kind === '+') return isThere ? yield* expandText(word, state) : '';
  if (kind === '=') {
    if (isThere) return value;
    const usual = yield* expandText(word, state);
    state.variables.set(name, usual);
    return usual;
  }
  if (kind === '?') {
    if (isThere) return value;
    const told = (yield* expandText(word, state)) || 'parameter not set';
    state.write('stderr', `${state.shell}: ${name}: ${told}\n`);
    throw new ExitScript(2);
  }
  return yield* changed(charged(state, value ?? missing(name, state)), operation, state);
}

/** Nothing, or the end of a script that wants to be told. */
function missing(name: string, state: ShellState): string {
  if (!state.options.has('u') || /^[@*!]$/.test(name)) return '';
  state.write('stderr', `${state.shell}: ${name}: parameter not set\n`);
  throw new ExitScript(2);
}

function* changed(value: string, { kind, word, second }: Operation, state: ShellState): Expanding<string> {
  if (kind === ':') {
    const from = arithmetic(yield* expandText(word, state), state);
    const start = from < 0 ? Math.max(0, value.length + from) : from;
    if (!second) return value.slice(start);
    const length = arithmetic(yield* expandText(second, state), state);
    return length < 0 ? value.slice(start, length) : value.slice(start, start + length);
  }
  if (kind === '^' || kind === '^^' || kind === ',' || kind === ',,') {
    const change = (text: string): string => (kind.startsWith('^') ? text.toUpperCase() : text.toLowerCase());
    return kind.length === 2 ? change(value) : change(value.charAt(0)) + value.slice(1);
  }
  const text = yield* expandPattern(word, state);
  const pattern = new Pattern(charged(state, text));
  const by = second ? yield* expandText(second, state) : '';
  try {
    if (kind === '#' || kind === '##') return pattern.withoutFirst(value, kind === '##');
    if (kind === '%' || kind === '%%') return pattern.withoutLast(value, kind === '%%');
    return pattern.replaced(value, by, kind === '//');
  } finally {
    state.work += pattern.steps / STEPS_PER_WORK;
  }
}
