import { expect, it } from 'vitest';
import { RestoreProgress } from './restore-progress.js';

it('says nothing of a quick restore, and of a slow one every three seconds how far it is', () => {
  let now = 0;
  const told: unknown[] = [];
  const { onRead } = new RestoreProgress(
    (facts) => told.push(facts),
    () => now,
  );
  for (const [at, objects] of [
    [500, 10],
    [2_900, 20],
    [3_100, 30],
    [5_000, 40],
    [6_200, 50],
  ] as const) {
    now = at;
    onRead(objects, 1);
  }
  expect(told).toEqual([
    { objects: 30, replayed: 1 },
    { objects: 50, replayed: 1 },
  ]);
});
