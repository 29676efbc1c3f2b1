import { z } from 'zod';

/**
 * Every kind of job there is, with the shape of its data. Adding one is adding a line here and a handler
 * (`@HandlesJob('…')` on a provider); the server refuses to start while a job has no handler.
 * Data are names, never events: a handler reads the present state and may run twice.
 */
export const JOBS = {
  /** Ask one repository for its refs, and tell what moved. */
  'repository.poll': z.object({ url: z.string() }),
} as const;

export type JobName = keyof typeof JOBS;
export type JobData<N extends JobName> = z.output<(typeof JOBS)[N]>;
