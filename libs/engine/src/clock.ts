/** A pending call. */
export interface Timer {
  /** Takes the call back; harmless when it has run. */
  cancel(): void;
}

/**
 * Where the engine gets time from. The engine runs on one event loop: every task that a clock starts runs to its end
 * before the next one, so a task never sees a half-made change of another.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now or later. Tasks due at the same instant run in the order they were set. */
  after(delayMs: number, task: () => void): Timer;
  /** Runs `task` soon, never inside the caller, in the order of the calls. */
  defer(task: () => void): void;
  /** True when the running task has held the event loop long enough and should `defer` the rest of its work. */
  shouldYield(): boolean;
}
