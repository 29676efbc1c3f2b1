import type { JobData, JobName } from './jobs.js';

/** How a job is queued. */
export interface JobOptions {
  /**
   * While a job of this name with this id waits, adding it again does nothing; while one runs, one more is kept to run
   * after it, so that nothing that came in between is missed. Without an id every call adds a job.
   */
  readonly id?: string;
  readonly delayMs?: number;
  /** Lower runs first; people before routines. Default `ROUTINE_PRIORITY`. */
  readonly priority?: number;
}

/** Priorities: what a person waits for overtakes what runs by itself. */
export const INTERACTIVE_PRIORITY = 1;
export const ROUTINE_PRIORITY = 10;

/**
 * The queue of background work. Delivery is at least once: a handler is idempotent.
 * `add` returns after the job is durable.
 */
export abstract class JobQueue {
  abstract add<N extends JobName>(name: N, data: JobData<N>, options?: JobOptions): Promise<void>;
  /** Waiting, delayed and running jobs of a name, for metrics and tests. */
  abstract depth(name: JobName): Promise<number>;
}
