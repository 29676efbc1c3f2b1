import { expect, it } from 'vitest';
import { VirtualClock } from '../virtual-clock.js';
import { WorkQueue } from './work-queue.js';

it('hands a key out once, however often it was added', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const queue = new WorkQueue(clock, (key) => void seen.push(key));
  queue.add('a');
  queue.add('b');
  queue.add('a');
  expect(seen).toEqual([]);
  clock.settle();
  expect(seen).toEqual(['a', 'b']);
});

it('tries a failed key again, later each time, and forgets after a success', () => {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const tries: number[] = [];
  const errors: unknown[] = [];
  const queue = new WorkQueue(
    clock,
    () => {
      tries.push(clock.now() - startMs);
      if (tries.length < 4) throw new Error('not yet');
    },
    (_, error) => errors.push(error),
  );
  queue.add('a');
  clock.advance(1000);
  expect(tries).toEqual([0, 5, 15, 35]);
  expect(errors).toHaveLength(3);
});

it('keeps the earliest of several delays', () => {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const seen: number[] = [];
  const queue = new WorkQueue(clock, () => void seen.push(clock.now() - startMs));
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 80);
  clock.advance(1000);
  expect(seen).toEqual([50]);
  queue.addAfter('a', 10);
  queue.stop();
  clock.advance(1000);
  expect(seen).toEqual([50]);
});
