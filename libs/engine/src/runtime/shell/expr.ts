import type { Builtin } from './builtin.js';

/** How deep parentheses may stand in parentheses. */
const DEEPEST = 20;

/** Operators of `expr` by how strongly they bind, the weakest first (POSIX, expr). */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['=', '==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

class ExprError extends Error {}

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);
const isNothing = (text: string): boolean => text === '' || (isNumber(text) && Number(text) === 0);

function compare(operator: string, a: string, b: string): boolean {
  const order = isNumber(a) && isNumber(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '!=':
      return order !== 0;
    default:
      return order === 0;
  }
}

function calculate(operator: string, a: string, b: string): string {
  if (!isNumber(a) || !isNumber(b)) throw new ExprError('non-integer argument');
  const [left, right] = [Number(a), Number(b)];
  if (right === 0 && (operator === '/' || operator === '%')) throw new ExprError('division by zero');
  switch (operator) {
    case '+':
      return String(left + right);
    case '-':
      return String(left - right);
    case '*':
      return String(left * right);
    case '/':
      return String(Math.trunc(left / right));
    default:
      return String(left % right);
  }
}

function apply(operator: string, a: string, b: string): string {
  if (operator === '|') return isNothing(a) ? (isNothing(b) ? '0' : b) : a;
  if (operator === '&') return isNothing(a) || isNothing(b) ? '0' : a;
  return LEVELS[2]?.includes(operator) ? String(Number(compare(operator, a, b))) : calculate(operator, a, b);
}

/** The value of an expression whose tokens are words; patterns (`:`) are not known. */
function valueOf(words: readonly string[]): string {
  let index = 0;
  let depth = 0;
  const primary = (): string => {
    const word = words[index++];
    if (word === undefined) throw new ExprError('syntax error');
    if (word === 'length') return String((words[index++] ?? '').length);
    if (word !== '(') return word;
    if (++depth > DEEPEST) throw new ExprError('expression too complex');
    const value = level(0);
    depth--;
    if (words[index++] !== ')') throw new ExprError('syntax error');
    return value;
  };
  const level = (at: number): string => {
    const operators = LEVELS[at];
    if (!operators) return primary();
    let left = level(at + 1);
    for (let word = words[index]; word !== undefined && operators.includes(word); word = words[index]) {
      index++;
      left = apply(word, left, level(at + 1));
    }
    return left;
  };
  const value = level(0);
  if (index < words.length) throw new ExprError('syntax error');
  return value;
}

/** `expr 3 % 2`: prints the value; exits 1 when it is nothing or zero, 2 when there is none. */
export const expr: Builtin = ({ state, args }) => {
  if (args.includes(':') || args[0] === 'match' || args[0] === 'substr' || args[0] === 'index') {
    state.noteUnknown();
    return 0;
  }
  try {
    const value = valueOf(args);
    state.write('stdout', `${value}\n`);
    return isNothing(value) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprError)) throw error;
    state.write('stderr', `expr: ${error.message}\n`);
    return 2;
  }
};
