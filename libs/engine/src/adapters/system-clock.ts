import { performance } from 'node:perf_hooks';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Clock, Timer } from '../clock.js';
import { TimerHeap } from '../timer-heap.js';
import { outside } from './outside.js';

/** How long one slice of engine work may hold the event loop before sockets get their turn. */
const SLICE_MS = 8;
/** Node's longest timer; longer waits are taken in parts. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * Real time. One Node timer serves all of the engine's, so a hundred thousand pending calls cost a heap. Whoever asks for the
 * time, the clock uses Node's own timers, not the global ones, which a shell may have replaced, and its tasks run outside.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerHeap();
  #deferred: (() => void)[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #timeoutDueMs = Infinity;
  #sliceStartMs = 0;
  #stopped = false;

  now(): number {
    return Date.now();
  }

  after(delayMs: number, task: () => void): Timer {
    const entry = this.#timers.push(this.now() + Math.max(0, delayMs), task);
    this.#arm();
    return { cancel: () => this.#timers.remove(entry) };
  }

  defer(task: () => void): void {
    if (this.#stopped) return;
    this.#deferred.push(task);
    this.#soon();
  }

  shouldYield(): boolean {
    return performance.now() - this.#sliceStartMs > SLICE_MS;
  }

  /** Stops all pending work; the process can end. */
  stop(): void {
    this.#stopped = true;
    clearImmediate(this.#immediate);
    clearTimeout(this.#timeout);
    this.#deferred = [];
  }

  #arm(): void {
    const next = this.#timers.peek();
    if (!next || this.#stopped || next.dueMs >= this.#timeoutDueMs) return;
    clearTimeout(this.#timeout);
    const waitMs = Math.min(LONGEST_TIMEOUT_MS, Math.max(0, next.dueMs - this.now()));
    this.#timeout = outside(() => setTimeout(this.#onTimeout, waitMs));
    this.#timeoutDueMs = next.dueMs;
  }

  #soon(): void {
    this.#immediate ??= outside(() => setImmediate(this.#run));
  }

  readonly #onTimeout = (): void => {
    this.#timeoutDueMs = Infinity;
    this.#soon();
  };

  readonly #run = (): void => {
    this.#immediate = undefined;
    if (this.#stopped) return;
    this.#sliceStartMs = performance.now();
    const batch = this.#deferred;
    this.#deferred = [];
    let index = 0;
    for (; index < batch.length && !this.shouldYield(); index++) batch[index]?.();
    if (index < batch.length) this.#deferred = [...batch.slice(index), ...this.#deferred];
    const nowMs = this.now();
    for (
      let next = this.#timers.peek();
      next && next.dueMs <= nowMs && !this.shouldYield();
      next = this.#timers.peek()
    ) {
      this.#timers.pop()?.task();
    }
    const late = this.#timers.peek();
    if (this.#deferred.length > 0 || (late && late.dueMs <= nowMs)) this.#soon();
    else this.#arm();
  };
}
