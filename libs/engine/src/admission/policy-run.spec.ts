import { expect, it } from 'vitest';
import { policyExpressions } from '../cel/policy-environment.js';
import { PolicyRun } from './policy-run.js';

it('computes a variable once, also one that comes to nothing', () => {
  const expressions = policyExpressions({
    variables: [{ name: 'nothing', expression: '[1, 2, 3].all(x, x > 0) ? dyn(null) : dyn(1)' }],
  });
  const run = new PolicyRun(expressions, {});
  const costOf = (expression: string): number => {
    const before = run.left;
    expect(run.value(expression, 'validation')).toBe(true);
    return before - run.left;
  };
  const first = costOf('variables.nothing == null');
  expect(costOf('variables.nothing == null')).toBeLessThan(first);
});
