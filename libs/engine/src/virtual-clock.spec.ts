import { expect, it } from 'vitest';
import { VIRTUAL_EPOCH_MS, VirtualClock } from './virtual-clock.js';

it('runs timers at their own instant, in order, and what they set on the way', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const note = (text: string) => () => seen.push(`${text} ${clock.now() - VIRTUAL_EPOCH_MS}`);
  clock.after(20, note('late'));
  clock.after(10, () => {
    note('early')();
    clock.after(5, note('between'));
    clock.defer(note('deferred'));
  });
  clock.after(10, note('second'));
  const cancelled = clock.after(15, note('never'));
  cancelled.cancel();
  clock.advance(19);
  expect(seen).toEqual(['early 10', 'deferred 10', 'second 10', 'between 15']);
  clock.advance(1);
  expect(seen.at(-1)).toBe('late 20');
  expect(clock.nextDueMs()).toBeUndefined();
});

it('moves no time to settle', () => {
  const clock = new VirtualClock();
  let ran = 0;
  clock.defer(() => clock.defer(() => ran++));
  clock.after(1, () => ran++);
  clock.settle();
  expect(ran).toBe(1);
  expect(clock.now()).toBe(VIRTUAL_EPOCH_MS);
});
