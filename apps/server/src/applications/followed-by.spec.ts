import { expect, it } from 'vitest';
import { followedBy } from './followed-by.js';

it('ends a message that has no end', () => {
  expect(followedBy('at (web/d.yaml:12:50): image.tag must be set', 'Do this.')).toBe(
    'at (web/d.yaml:12:50): image.tag must be set. Do this.',
  );
});

it('leaves a sentence as it is', () => {
  expect(followedBy('There is no Git repository in /nope.', 'Do this.')).toBe(
    'There is no Git repository in /nope. Do this.',
  );
});

it('goes on in a new line after a list', () => {
  expect(followedBy("values don't meet the schema:\n- at '/replicas': got string\n", 'Do this.')).toBe(
    "values don't meet the schema:\n- at '/replicas': got string\nDo this.",
  );
});
