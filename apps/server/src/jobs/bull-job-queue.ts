import {
  type ConnectionOptions,
  type PostgresConnectionOptions,
  Queue,
  type QueueOptions,
  Worker,
  createPostgresBackend,
  withBackend,
} from 'bullmq';
import { CodedError } from '@lotse/manifests';
import type pg from 'pg';
import type { Logger } from '../logging/logger.js';
import type { JobHandler } from './handles-job.js';
import { type JobOptions, JobQueue, ROUTINE_PRIORITY } from './job-queue.port.js';
import { JOBS, type JobData, type JobName } from './jobs.js';

/** Where the queues live: a shared PostgreSQL pool whose search_path is the queue's schema, or a Redis. */
export type QueueConnection = { readonly pool: pg.Pool } | { readonly redisUrl: string };

/** A worker that lost its process is noticed within two of these; shorter than BullMQ's 30 s so that a restart continues soon. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
/** BullMQ fails a job for good at its second crash; a server that is killed often must not lose work. */
const MAX_STALLED = 25;
const ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
/** What is kept of finished jobs, to look into failures. */
const KEEP_FAILED = 200;

/** The queue on BullMQ, on PostgreSQL or Redis. One BullMQ queue per kind of job, so that kinds don't hold each other up. */
export class BullJobQueue extends JobQueue {
  readonly #queues = new Map<JobName, Queue>();
  readonly #workers: Worker[] = [];
  readonly #stopping = new AbortController();

  constructor(
    private readonly connection: QueueConnection,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** Opens the queues; with PostgreSQL the schema must have been migrated. */
  async open(): Promise<void> {
    for (const name of Object.keys(JOBS)) if (isJobName(name)) this.#queues.set(name, this.#makeQueue(name));
    await Promise.all([...this.#queues.values()].map((queue) => queue.waitUntilReady()));
  }

  async add<N extends JobName>(name: N, data: JobData<N>, options: JobOptions = {}): Promise<void> {
    await this.#queue(name).add(name, data, {
      ...(options.id === undefined ? {} : { deduplication: { id: options.id, keepLastIfActive: true } }),
      ...(options.delayMs === undefined ? {} : { delay: options.delayMs }),
      priority: options.priority ?? ROUTINE_PRIORITY,
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: FIRST_RETRY_MS, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: { count: KEEP_FAILED },
    });
  }

  async depth(name: JobName): Promise<number> {
    const counts = await this.#queue(name).getJobCounts('waiting', 'prioritized', 'delayed', 'active');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** Starts working on jobs of a kind. */
  work<N extends JobName>(name: N, handler: JobHandler<N>, concurrency: number): void {
    const handle = async (job: { data: unknown }): Promise<void> => {
      await handler.handle(JOBS[name].parse(job.data) as JobData<N>, this.#stopping.signal);
    };
    const worker = this.#makeWorker(name, handle, concurrency);
    worker.on('error', (error) => this.logger.warn('The queue reported an error', { job: name, error }));
    worker.on('failed', (job, error) =>
      this.logger.warn('A job failed', { job: name, attempt: job?.attemptsMade, error }),
    );
    this.#workers.push(worker);
  }

  /** Stops taking jobs, tells running ones, waits for them, closes. */
  async close(graceMs: number): Promise<void> {
    this.#stopping.abort(new CodedError('server_stopping', 'The server is stopping.'));
    const closed = Promise.all(this.#workers.map((worker) => worker.close()));
    const timer = AbortSignal.timeout(graceMs);
    await Promise.race([
      closed,
      new Promise<void>((resolve) => timer.addEventListener('abort', () => resolve(), { once: true })),
    ]);
    if (timer.aborted) await Promise.all(this.#workers.map((worker) => worker.close(true)));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queue(name: JobName): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw new CodedError('queue_closed', `The queue ${name} isn't open.`);
    return queue;
  }

  #makeQueue(name: JobName): Queue {
    const queue =
      'pool' in this.connection
        ? (new (withBackend(createPostgresBackend).Queue)(bullName(name), {
            connection: asPool(this.connection.pool),
          }) as unknown as Queue)
        : new Queue(bullName(name), { connection: this.#redis(), prefix: 'lotse' } satisfies QueueOptions);
    queue.on('error', (error) => this.logger.warn('The queue reported an error', { job: name, error }));
    return queue;
  }

  #makeWorker(name: JobName, handle: (job: { data: unknown }) => Promise<void>, concurrency: number): Worker {
    const options = {
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
    };
    return 'pool' in this.connection
      ? (new (withBackend(createPostgresBackend).Worker)(bullName(name), handle, {
          ...options,
          connection: asPool(this.connection.pool),
        }) as unknown as Worker)
      : new Worker(bullName(name), handle, { ...options, connection: this.#redis(), prefix: 'lotse' });
  }

  #redis(): ConnectionOptions {
    return { url: 'redisUrl' in this.connection ? this.connection.redisUrl : '', maxRetriesPerRequest: null };
  }
}

/** BullMQ describes the part of the driver's pool it uses; the driver's own type is wider in one overload. */
function asPool(pool: pg.Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

/** BullMQ reserves `:`; dots are fine. */
function bullName(name: JobName): string {
  return name;
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}
