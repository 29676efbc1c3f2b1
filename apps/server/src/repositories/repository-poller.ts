import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { HandlesJob, type JobHandler } from '../jobs/handles-job.js';
import { INTERACTIVE_PRIORITY, JobQueue } from '../jobs/job-queue.port.js';
import type { JobData } from '../jobs/jobs.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { parseRepositoryUrl } from './addresses/repository-url.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryService } from './repository.service.js';

/** How often it is looked which repositories are due. */
const LOOK_MS = 250;
/** Polls are spread over this part of the interval, so that a thousand repositories don't start at once. */
const JITTER = 0.1;
/** A repository that fails is asked less often, up to this. */
const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Puts polls of followed repositories into the queue when they are due: every interval, give or take; less often while one fails. */
@Injectable()
export class RepositoryPoller implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #dueAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly queue: JobQueue,
    private readonly interests: RepositoryInterests,
    private readonly repositories: RepositoryService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.roles.has('worker')) return;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Polls as soon as a worker is free: a webhook came, or somebody waits. */
  async pollNow(url: string): Promise<void> {
    const { key } = parseRepositoryUrl(url);
    this.#dueAt.set(key, this.#next(key));
    await this.queue.add('repository.poll', { url }, { id: key, priority: INTERACTIVE_PRIORITY });
  }

  #look(): void {
    const now = Date.now();
    const followed = this.interests.repositories();
    for (const key of this.#dueAt.keys()) if (!followed.has(key)) this.#dueAt.delete(key);
    for (const [key, url] of followed) {
      const dueAt = this.#dueAt.get(key);
      if (dueAt !== undefined && dueAt > now) continue;
      this.#dueAt.set(key, this.#next(key));
      // A repository that was just followed has been asked by whoever follows it.
      if (dueAt === undefined) continue;
      this.queue
        .add('repository.poll', { url }, { id: key })
        .catch((error: unknown) =>
          this.logger.warn('A poll could not be queued', { repository: key, error }),
        );
    }
  }

  #next(key: string): number {
    const failures = this.repositories.failuresOf(key);
    const pause = Math.min(
      this.config.pollIntervalMs * 2 ** Math.min(failures, 10),
      Math.max(LONGEST_BACKOFF_MS, this.config.pollIntervalMs),
    );
    return Date.now() + pause * (1 - JITTER + 2 * JITTER * Math.random());
  }
}

/** A server that takes longer is waited for beside the queue, so that servers that hang don't keep others waiting. */
const PATIENCE_MS = 2_000;

/** Does the poll. A failure is in the repository's status and makes the next one later; the job itself has done its work. */
@Injectable()
@HandlesJob('repository.poll', { concurrency: 8 })
export class RepositoryPollHandler implements JobHandler<'repository.poll'> {
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly repositories: RepositoryService,
    private readonly counters: Counters,
    private readonly logger: Logger,
  ) {}

  async handle({ url }: JobData<'repository.poll'>): Promise<void> {
    const { key } = parseRepositoryUrl(url);
    const running = this.#running.get(key) ?? this.#poll(url).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    await Promise.race([running, pause(PATIENCE_MS, undefined, { ref: false })]);
  }

  async #poll(url: string): Promise<void> {
    try {
      const moved = await this.repositories.poll(url);
      this.counters.polls.inc({ outcome: moved.length > 0 ? 'moved' : 'unchanged' });
    } catch (error) {
      this.counters.polls.inc({ outcome: 'failed' });
      this.logger.warn('A repository could not be polled', { repository: url, error });
    }
  }
}
