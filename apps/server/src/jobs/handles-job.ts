import { SetMetadata } from '@nestjs/common';
import type { JobData, JobName } from './jobs.js';

export const HANDLES_JOB = 'lotse:handles-job';

/** What a handler says about itself. */
export interface HandlerOptions {
  /** Jobs of this name at the same time in one process; default 4. */
  readonly concurrency?: number;
}

export interface HandlerMetadata extends HandlerOptions {
  readonly name: JobName;
}

/** Marks a provider that implements `JobHandler` as the one for jobs of a name. */
export const HandlesJob = (name: JobName, options: HandlerOptions = {}): ClassDecorator =>
  SetMetadata<string, HandlerMetadata>(HANDLES_JOB, { name, ...options });

/**
 * Does the work of one kind of job. Throwing counts as a failed attempt: it is tried again with growing pauses.
 * `signal` is aborted when the server stops; work that can't be cut short simply ends.
 */
export interface JobHandler<N extends JobName = JobName> {
  handle(data: JobData<N>, signal: AbortSignal): Promise<void>;
}
