import type { RE2JS } from 're2js';
import { FileError } from '../files/container-files.js';
import { bytesFromText } from '../files/file-node.js';
import type { Builtin } from './builtin.js';
import { regularExpression, type Dialect } from './regular-expressions.js';
import { charged, joined, pathOf, type ShellState } from './shell-state.js';
import { eachPiece, linesOf, readOrTold } from './stream-commands.js';

/** Lines that are edited before others have their turn. */
const LINES_PER_TURN = 500;
/** Prices of a line, and of a character in it that a pattern looks at, in commands. */
const LINE_WORK = 1 / 2;
const REGEX_WORK = 1 / 16;

/** A line an order is for: by number, the last one, or by what it holds. */
type Address = { readonly line: number } | { readonly last: true } | { readonly regex: RE2JS };

interface Order {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly verb: string;
  readonly regex?: RE2JS;
  readonly text?: string;
  readonly flags?: string;
  /** The line at which its range ends, once that has begun. */
  isWithin: boolean;
}

/** Thrown for a program that holds more of the language than is known here. */
class Unread extends Error {}

function programOf(source: string, dialect: Dialect): Order[] {
  const orders: Order[] = [];
  let at = 0;
  const delimited = (delimiter: string): string => {
    let text = '';
    for (; at < source.length && source[at] !== delimiter; at++) {
      if (source[at] === '\\') {
        const next = source.charAt(++at);
        text += next === delimiter ? next : `\\${next}`;
      } else text += source[at];
    }
    if (at >= source.length) throw new Unread();
    at++;
    return text;
  };
  const compiled = (pattern: string, ignoresCase = false): RE2JS => {
    const regex = regularExpression(pattern, dialect, ignoresCase);
    if (!regex) throw new Unread();
    return regex;
  };
  const address = (): Address | undefined => {
    const number = /^\d+/.exec(source.slice(at, at + 12))?.[0];
    if (number !== undefined) {
      at += number.length;
      return { line: Number(number) };
    }
    if (source[at] === '$') {
      at++;
      return { last: true };
    }
    if (source[at] !== '/') return undefined;
    at++;
    return { regex: compiled(delimited('/')) };
  };
  while (at < source.length) {
    while (/[\s;]/.test(source.charAt(at))) at++;
    if (at >= source.length) break;
    const from = address();
    let to: Address | undefined;
    if (from && source[at] === ',') {
      at++;
      to = address();
      if (!to) throw new Unread();
    }
    while (source[at] === ' ') at++;
    const negated = source[at] === '!';
    if (negated) at++;
    const verb = source.charAt(at++);
    const place = { from, to, negated, verb, isWithin: false };
    if (verb === 's' || verb === 'y') {
      const delimiter = source.charAt(at++);
      const pattern = delimited(delimiter);
      const text = delimited(delimiter);
      const flags = /^[gpiI\d]*/.exec(source.slice(at))?.[0] ?? '';
      at += flags.length;
      orders.push(
        verb === 's'
          ? { ...place, regex: compiled(pattern, /i/i.test(flags)), text, flags }
          : { ...place, text, flags: pattern },
      );
    } else if (/[aic]/.test(verb)) {
      const rest = source.slice(at).replace(/^\s*\\?\n?/, '');
      const end = rest.indexOf('\n');
      orders.push({ ...place, text: end < 0 ? rest : rest.slice(0, end) });
      at = end < 0 ? source.length : source.length - rest.length + end;
    } else if (/[pdq=]/.test(verb)) orders.push(place);
    else throw new Unread();
    while (/[ \t]/.test(source.charAt(at))) at++;
    if (at < source.length && !/[;\n}]/.test(source.charAt(at))) throw new Unread();
  }
  return orders;
}

/** Goes through lines one after the other. */
class Editor {
  readonly #orders: readonly Order[];
  readonly #isQuiet: boolean;
  readonly #state: ShellState;
  #number = 0;
  hasQuit = false;

  constructor(orders: readonly Order[], isQuiet: boolean, state: ShellState) {
    this.#orders = orders.map((order) => ({ ...order }));
    this.#isQuiet = isQuiet;
    this.#state = state;
  }

  /** What comes of a line. */
  edited(line: string, isLast: boolean): string {
    this.#number++;
    let text = line;
    let printed = '';
    let behind = '';
    for (const order of this.#orders) {
      if (!this.#isFor(order, text, isLast)) continue;
      switch (order.verb) {
        case 's': {
          const [changed, count] = this.#substituted(text, order);
          text = changed;
          if (count > 0 && order.flags?.includes('p')) printed += `${text}\n`;
          break;
        }
        case 'y':
          text = text.replace(/./gsu, (char) => order.text?.charAt(order.flags?.indexOf(char) ?? -1) || char);
          break;
        case 'p':
          printed += `${text}\n`;
          break;
        case '=':
          printed += `${this.#number}\n`;
          break;
        case 'i':
          printed += `${order.text ?? ''}\n`;
          break;
        case 'a':
          behind += `${order.text ?? ''}\n`;
          break;
        case 'c':
          return `${printed}${order.text ?? ''}\n${behind}`;
        case 'd':
          return printed + behind;
        case 'q':
          this.hasQuit = true;
          return printed + (this.#isQuiet ? '' : `${text}\n`) + behind;
      }
    }
    return printed + (this.#isQuiet ? '' : `${text}\n`) + behind;
  }

  #isFor(order: Order, text: string, isLast: boolean): boolean {
    const { from, to, negated } = order;
    if (!from) return !negated;
    const is = (address: Address): boolean =>
      'line' in address
        ? address.line === this.#number
        : 'last' in address
          ? isLast
          : address.regex.matcher(text).find();
    let found: boolean;
    if (!to) found = is(from);
    else if (order.isWithin) {
      found = true;
      if (is(to) || ('line' in to && to.line <= this.#number)) order.isWithin = false;
    } else {
      found = is(from);
      order.isWithin = found && !('line' in to && to.line <= this.#number);
    }
    return found !== negated;
  }

  #substituted(text: string, { regex, text: replacement = '', flags = '' }: Order): [string, number] {
    const matcher = regex?.matcher(text);
    const first = Number(/\d+/.exec(flags)?.[0] ?? 1);
    const isEach = flags.includes('g');
    let result = '';
    let at = 0;
    let count = 0;
    let changes = 0;
    while (matcher?.find()) {
      count++;
      if (count < first) continue;
      const found = matcher;
      const filled = replacement.replace(
        /\\([0-9&ntr\\/])|\\(.)|&/gs,
        (whole, key?: string, other?: string) => {
          if (whole === '&' || key === '0') return text.slice(found.start(), found.end());
          if (key === 'n') return '\n';
          if (key === 't') return '\t';
          if (key === 'r') return '\r';
          if (key !== undefined && /[1-9]/.test(key))
            return Number(key) <= found.groupCount() ? (found.group(Number(key)) ?? '') : '';
          return key ?? other ?? '';
        },
      );
      result = joined(result, text.slice(at, found.start()) + filled, this.#state);
      at = found.end();
      changes++;
      if (!isEach) break;
    }
    return changes === 0 ? [text, 0] : [result + text.slice(at), changes];
  }
}

/** Edits lines: substitutions, prints, deletions and insertions by number, range or pattern. */
export const sed: Builtin = function* (context) {
  const { state, args } = context;
  const programs: string[] = [];
  const words: string[] = [];
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '-e' || arg === '--expression') programs.push(args[++index] ?? '');
    else if (arg === '-f') programs.push(readOrTold('sed', args[++index] ?? '', state) ?? '');
    else if (arg.startsWith('-i') || arg === '--in-place') flags.add('i');
    else if (/^-[nErsuz]+(?:i|$)/.test(arg)) for (const letter of arg.slice(1)) flags.add(letter);
    else words.push(arg);
  }
  if (programs.length === 0) programs.push(words.shift() ?? '');
  let orders: Order[];
  try {
    orders = programOf(
      charged(state, programs.join('\n')),
      /[Er]/.test([...flags].join('')) ? 'extended' : 'basic',
    );
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    state.noteUnknown();
    return 0;
  }
  const isQuiet = flags.has('n');
  const inPlace = flags.has('i');
  let editor = new Editor(orders, isQuiet, state);
  let code = 0;
  if (words.length === 0) {
    // Whether a line is the last one is known when the next one has come.
    let held: string | undefined;
    yield* eachPiece(context, (text) => {
      const lines = linesOf(text);
      let printed = '';
      state.work += LINE_WORK * lines.length + REGEX_WORK * text.length;
      for (const line of lines) {
        if (held !== undefined && !editor.hasQuit) printed += editor.edited(held, false);
        held = line;
      }
      // Without an order for the last line none has to be waited for.
      if (held !== undefined && !needsLast(orders) && !editor.hasQuit) {
        printed += editor.edited(held, false);
        held = undefined;
      }
      if (printed !== '') state.write('stdout', printed);
      return !editor.hasQuit;
    });
    if (held !== undefined && !editor.hasQuit) state.write('stdout', editor.edited(held, true));
    return 0;
  }
  for (const [index, file] of words.entries()) {
    const text = readOrTold('sed', file, state);
    if (text === undefined) {
      code = 1;
      continue;
    }
    if (inPlace) editor = new Editor(orders, isQuiet, state);
    const lines = linesOf(text);
    const pieces: string[] = [];
    for (const [at, line] of lines.entries()) {
      // What is edited is paid for, and others have their turn.
      if (at % LINES_PER_TURN === LINES_PER_TURN - 1) yield { ms: 0 };
      state.work += LINE_WORK + REGEX_WORK * line.length;
      if (editor.hasQuit) {
        if (!inPlace) break;
        pieces.push(`${line}\n`);
      } else
        pieces.push(editor.edited(line, at === lines.length - 1 && (inPlace || index === words.length - 1)));
    }
    const whole = pieces.join('');
    // A file without an end to its last line stays so.
    const edited = text.endsWith('\n') || text === '' ? whole : whole.replace(/\n$/, '');
    if (!inPlace) {
      state.write('stdout', edited);
      continue;
    }
    try {
      state.files.write(pathOf(state, file), bytesFromText(charged(state, edited)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      state.write('stderr', `sed: ${file}: ${error.reason}\n`);
      code = 1;
    }
  }
  return code;
};

const needsLast = (orders: readonly Order[]): boolean =>
  orders.some(({ from, to }) => (from && 'last' in from) || (to && 'last' in to));
