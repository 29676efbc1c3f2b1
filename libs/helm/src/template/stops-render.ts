import { BudgetError } from './budget.js';

/** True when the stack has come to its end. Patterns that are compiled there say so in their own way. */
export function isStackExhausted(error: unknown): boolean {
  if (error instanceof RangeError) return error.message.includes('call stack');
  return error instanceof SyntaxError && error.message.endsWith(': Stack overflow');
}

/** True for what ends a whole render, whatever template it came up in; all else is told with the places it passed. */
export function stopsRender(error: unknown): boolean {
  return error instanceof BudgetError || error instanceof RangeError || isStackExhausted(error);
}
