import { expect, it } from 'vitest';
import { BudgetError } from './budget.js';
import { isStackExhausted, stopsRender } from './stops-render.js';

it('knows the end of the stack, in calls and in the compiler of patterns', () => {
  const call = (): unknown => call();
  expect(() => call()).toThrow(expect.toSatisfy(isStackExhausted));
  expect(isStackExhausted(new SyntaxError('Invalid regular expression: /^a$/: Stack overflow'))).toBe(true);
});

it('lets a render go on telling where all else came up', () => {
  expect(stopsRender(new BudgetError('too long'))).toBe(true);
  expect(stopsRender(new RangeError('Invalid string length'))).toBe(true);
  expect(stopsRender(new Error('missing'))).toBe(false);
  expect(stopsRender(new SyntaxError('Invalid regular expression: /(/: Unterminated group'))).toBe(false);
});
