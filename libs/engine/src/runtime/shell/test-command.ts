import { linearRegex } from '../../crds/linear-regex.js';
import { Pattern } from './patterns.js';
import { charged, pathOf, type ShellState } from './shell-state.js';

/** How deep brackets may stand in brackets. */
const DEEPEST_BRACKET = 20;
const FILE_TESTS = /^-[bcdefghkLprsSuwxOGN]$/;
const UNARY = /^-[bcdefghkLnoprsStuvwxzOGN]$/;
const BINARY = /^(?:=|==|!=|<|>|=~|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

/** What `test`, `[` and, with patterns and expressions, `[[` find of their words. */
export function holds(words: readonly string[], state: ShellState, isDouble = false): boolean {
  const [first = '', operator = '', second = ''] = words;
  // With few words, each is what its place says, whatever it looks like.
  if (words.length === 0) return false;
  if (words.length === 1) return first !== '';
  if (words.length === 2 && first !== '!' && UNARY.test(first)) return unary(first, operator, state);
  if (words.length === 3 && BINARY.test(operator)) return binary(first, operator, second, state, isDouble);
  let negations = 0;
  while (words[negations] === '!' && negations < words.length - 1) negations++;
  if (negations > 0 && !words.some((word) => /^(?:-[ao]|&&|\|\|)$/.test(word)))
    return holds(words.slice(negations), state, isDouble) !== (negations % 2 === 1);
  return new Expression(words, state, isDouble).whole();
}

/** An expression with `-a`, `-o`, `!` and brackets, from left to right. */
class Expression {
  readonly #words: readonly string[];
  readonly #state: ShellState;
  readonly #isDouble: boolean;
  #index = 0;
  #depth = 0;

  constructor(words: readonly string[], state: ShellState, isDouble: boolean) {
    this.#words = words;
    this.#state = state;
    this.#isDouble = isDouble;
  }

  whole(): boolean {
    let result = this.#all();
    while (this.#isNext('-o', '||')) {
      this.#index++;
      const other = this.#all();
      result ||= other;
    }
    return result;
  }

  #isNext(...texts: string[]): boolean {
    return texts.includes(this.#words[this.#index] ?? '');
  }

  #all(): boolean {
    let result = this.#one();
    while (this.#isNext('-a', '&&')) {
      this.#index++;
      const other = this.#one();
      result &&= other;
    }
    return result;
  }

  #one(): boolean {
    let negated = false;
    for (; this.#isNext('!'); this.#index++) negated = !negated;
    return this.#plain() !== negated;
  }

  #plain(): boolean {
    const [first = '', operator = '', second = ''] = this.#words.slice(this.#index, this.#index + 3);
    if (first === '(' && this.#depth < DEEPEST_BRACKET) {
      this.#index++;
      this.#depth++;
      const result = this.whole();
      this.#depth--;
      this.#index++;
      return result;
    }
    if (BINARY.test(operator)) {
      this.#index += 3;
      return binary(first, operator, second, this.#state, this.#isDouble);
    }
    if (UNARY.test(first)) {
      this.#index += 2;
      return unary(first, operator, this.#state);
    }
    this.#index++;
    return first !== '';
  }
}

function unary(operator: string, operand: string, state: ShellState): boolean {
  if (operator === '-z') return operand === '';
  if (operator === '-n') return operand !== '';
  if (operator === '-v') return state.variables.has(operand);
  if (operator === '-o') return state.options.has(operand);
  // A terminal is the one thing nothing here is connected to.
  if (operator === '-t' || !FILE_TESTS.test(operator)) return false;
  const path = pathOf(state, operand);
  const exists = state.files.exists(path);
  // What is not there now may come from somewhere else.
  if (!exists && /^-[efdrswx]$/.test(operator)) state.noteOutside();
  if (operator === '-L' || operator === '-h') return isLink(path, state);
  if (!exists) return false;
  const isDirectory = state.files.isDirectory(path);
  const allows = (bit: number): boolean =>
    state.files.identity.uid === 0 || (state.files.stat(path).mode & bit) !== 0;
  switch (operator) {
    case '-f':
      return !isDirectory;
    case '-d':
      return isDirectory;
    case '-r':
      return allows(0o444);
    case '-w':
      return allows(0o222);
    case '-x':
      return (state.files.stat(path).mode & 0o111) !== 0;
    case '-s':
      return isDirectory || state.files.read(path) !== '';
    case '-b':
    case '-c':
    case '-p':
    case '-S':
    case '-g':
    case '-u':
    case '-k':
      return false;
    default:
      return true;
  }
}

function isLink(path: string, { files }: ShellState): boolean {
  try {
    return files.stat(path, false).kind === 'link';
  } catch {
    return false;
  }
}

function binary(a: string, operator: string, b: string, state: ShellState, isDouble: boolean): boolean {
  switch (operator) {
    case '=':
    case '==':
      return isDouble ? new Pattern(charged(state, b)).matches(unescaped(a)) : a === b;
    case '!=':
      return isDouble ? !new Pattern(charged(state, b)).matches(unescaped(a)) : a !== b;
    case '=~':
      return (
        linearRegex(charged(state, b))
          ?.matcher(charged(state, unescaped(a)))
          .find() ?? false
      );
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '-nt':
    case '-ot': {
      const [first, second] = [a, b].map((path) => modifiedMs(pathOf(state, path), state));
      return operator === '-nt' ? (first ?? -1) > (second ?? -1) : (first ?? -1) < (second ?? -1);
    }
    case '-ef':
      return pathOf(state, a) === pathOf(state, b);
    case '-eq':
      return Number(a) === Number(b);
    case '-ne':
      return Number(a) !== Number(b);
    case '-lt':
      return Number(a) < Number(b);
    case '-le':
      return Number(a) <= Number(b);
    case '-gt':
      return Number(a) > Number(b);
    default:
      return Number(a) >= Number(b);
  }
}

/** What is compared with a pattern is no pattern itself. */
const unescaped = (text: string): string => text.replace(/\\([\\*?[\]])/g, '$1');

function modifiedMs(path: string, { files }: ShellState): number | undefined {
  return files.exists(path) ? files.stat(path).modifiedMs : undefined;
}
