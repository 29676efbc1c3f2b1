import { expect, it } from 'vitest';
import { SeededRandom } from './random.js';
import { TimerHeap, type HeapEntry } from './timer-heap.js';

it('keeps order through any sequence of additions and cancellations, and keeps nothing that was cancelled', () => {
  const random = new SeededRandom('heap');
  const heap = new TimerHeap();
  const waiting = new Set<HeapEntry>();
  for (let step = 0; step < 4000; step++) {
    const choice = random.next();
    if (choice < 0.5) waiting.add(heap.push(Math.floor(random.next() * 50), () => undefined));
    else if (choice < 0.8) {
      const victim = [...waiting][Math.floor(random.next() * waiting.size)];
      if (!victim) continue;
      heap.remove(victim);
      heap.remove(victim);
      waiting.delete(victim);
    } else {
      const expected = [...waiting].sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence)[0];
      expect(heap.pop()).toBe(expected);
      if (expected) waiting.delete(expected);
    }
    expect(heap.size).toBe(waiting.size);
  }
});
