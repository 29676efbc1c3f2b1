import type { ShellState } from './shell-state.js';

/** How deep sums may hold sums. */
const DEEPEST_SUM = 20;

/** Sums, differences, products, quotients and comparisons of whole numbers, from left to right by precedence. */
export function arithmetic(expression: string, state: Pick<ShellState, 'variables'>): number {
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|[<>=!]=|[-+*/%()<>]/g) ?? [];
  let index = 0;
  let depth = 0;
  const primary = (): number => {
    const token = tokens[index++] ?? '0';
    if (token === '(') {
      if (++depth > DEEPEST_SUM) return 0;
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
