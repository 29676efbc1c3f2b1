import type { ShellState } from './shell-state.js';

/** How deep sums may hold sums. */
const DEEPEST_SUM = 20;

/** Operators with two sides, those that bind least first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=']);
const TOKENS = /0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\+\+|--|<<|>>|&&|\|\||[-+*/%<>=!]=|[-+*/%()<>=!~?:&|^]/g;

/** What a calculation of the shell comes to: whole numbers, variables, comparisons, assignments. */
export function arithmetic(expression: string, state: Pick<ShellState, 'variables'>): number {
  const tokens: readonly string[] = expression.match(TOKENS) ?? [];
  let index = 0;
  let depth = 0;
  const valueOf = (name: string): number => Number(state.variables.get(name) ?? 0) || 0;
  const set = (name: string, value: number): number => {
    state.variables.set(name, String(value));
    return value;
  };
  const isName = (token: string): boolean => /^[A-Za-z_]/.test(token);

  function inner(read: () => number): number {
    if (depth >= DEEPEST_SUM) return 0;
    depth++;
    const value = read();
    depth--;
    return value;
  }
  function primary(): number {
    const token = tokens[index++] ?? '0';
    switch (token) {
      case '(': {
        const value = inner(whole);
        index++;
        return value;
      }
      case '-':
        return inner(() => -primary());
      case '+':
        return inner(primary);
      case '!':
        return inner(() => Number(primary() === 0));
      case '~':
        return inner(() => ~primary());
      case '++':
      case '--': {
        const name = tokens[index++] ?? '';
        return isName(name) ? set(name, valueOf(name) + (token === '++' ? 1 : -1)) : 0;
      }
    }
    if (!isName(token)) return Number(/^0[0-7]+$/.test(token) ? `0o${token.slice(1)}` : token) || 0;
    const next = tokens[index];
    if (next !== '++' && next !== '--') return valueOf(token);
    index++;
    const before = valueOf(token);
    set(token, before + (next === '++' ? 1 : -1));
    return before;
  }
  function level(at: number): number {
    const operators = LEVELS[at];
    if (!operators) return primary();
    let left = level(at + 1);
    for (let token = tokens[index]; token !== undefined && operators.includes(token); token = tokens[index]) {
      index++;
      left = calculate(token, left, level(at + 1));
    }
    return left;
  }
  function whole(): number {
    const [name = '', operator = ''] = tokens.slice(index, index + 2);
    if (isName(name) && ASSIGNMENTS.has(operator)) {
      index += 2;
      const value = inner(whole);
      return set(name, operator === '=' ? value : calculate(operator.charAt(0), valueOf(name), value));
    }
    const condition = level(0);
    if (tokens[index] !== '?') return condition;
    index++;
    const yes = inner(whole);
    index++;
    const no = inner(whole);
    return condition === 0 ? no : yes;
  }
  return whole();
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
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
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
    case '!=':
      return Number(a !== b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&&':
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}
