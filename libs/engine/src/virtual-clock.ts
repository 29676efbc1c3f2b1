import type { Clock, Timer } from './clock.js';
import { TimerHeap } from './timer-heap.js';

/** Where virtual time starts unless told otherwise: 2030-01-01T00:00:00Z. */
export const VIRTUAL_EPOCH_MS = 1_893_456_000_000;

/**
 * Time that moves only when told to. `advance` runs everything that falls due, in order, on the caller's stack:
 * ten minutes of cluster life take as long as their work.
 */
export class VirtualClock implements Clock {
  readonly #timers = new TimerHeap();
  #deferred: (() => void)[] = [];
  #nowMs: number;

  constructor(startMs = VIRTUAL_EPOCH_MS) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): Timer {
    const entry = this.#timers.push(this.#nowMs + Math.max(0, delayMs), task);
    return { cancel: () => this.#timers.remove(entry) };
  }

  defer(task: () => void): void {
    this.#deferred.push(task);
  }

  shouldYield(): boolean {
    return false;
  }

  /** Runs everything due now, and what that causes, without moving time. */
  settle(): void {
    for (;;) {
      while (this.#deferred.length > 0) {
        const batch = this.#deferred;
        this.#deferred = [];
        for (const task of batch) task();
      }
      const next = this.#timers.peek();
      if (!next || next.dueMs > this.#nowMs) return;
      this.#timers.pop()?.task();
    }
  }

  /** Moves time by `ms`, running what falls due on the way at its own instant. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    this.settle();
    for (let next = this.#timers.peek(); next && next.dueMs <= endMs; next = this.#timers.peek()) {
      this.#nowMs = next.dueMs;
      this.settle();
    }
    this.#nowMs = endMs;
  }

  /** When the next timer falls due; undefined when nothing is waiting. */
  nextDueMs(): number | undefined {
    return this.#timers.peek()?.dueMs;
  }
}
