import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { RepositoryEvents } from '../repositories/repository-events.js';
import { RepositoryStateService } from '../repositories/repository-state.service.js';
import { heldKey } from '../repositories/repository-use.js';
import { CredentialsService } from '../repositories/credentials.service.js';
import { type ChartInterest, ChartInterests } from './chart-interests.js';
import { ChartService } from './chart.service.js';

/** How often it is looked which repositories are due. */
const LOOK_MS = 250;
/** Polls are spread over this part of the interval, so that many repositories don't start at once. */
const JITTER = 0.1;
/** A repository that fails is asked less often, up to this. */
const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Asks the repositories of followed charts for new versions: every interval, give or take; less often while one fails. */
@Injectable()
export class ChartPoller implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #dueAt = new Map<string, number>();
  readonly #running = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly counters: Counters,
    private readonly interests: ChartInterests,
    private readonly charts: ChartService,
    private readonly credentials: CredentialsService,
    private readonly states: RepositoryStateService,
    private readonly events: RepositoryEvents,
  ) {}

  onApplicationBootstrap(): void {
    // where applications are rendered: what a poll finds is remembered in this process
    if (!this.config.roles.has('engine')) return;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = Date.now();
    const followed = this.#followed();
    for (const key of this.#dueAt.keys()) if (!followed.has(key)) this.#dueAt.delete(key);
    for (const [key, interests] of followed) {
      const dueAt = this.#dueAt.get(key);
      if (this.#running.has(key) || (dueAt !== undefined && dueAt > now)) continue;
      this.#dueAt.set(key, this.#next(key));
      // a repository that was just followed has been asked by whoever follows it
      if (dueAt === undefined) continue;
      this.#running.add(key);
      void this.#poll(key, interests).finally(() => {
        this.#running.delete(key);
        this.#dueAt.set(key, this.#next(key));
      });
    }
  }

  async #poll(key: string, interests: readonly ChartInterest[]): Promise<void> {
    try {
      const moved = await this.charts.poll(interests);
      this.counters.polls.inc({ outcome: moved.length > 0 ? 'moved' : 'unchanged' });
      for (const url of new Set(moved.map(({ repoURL }) => repoURL)))
        this.events.emit('moved', {
          url,
          key,
          refs: moved.filter(({ repoURL }) => repoURL === url).map(({ chart }) => chart),
        });
    } catch (error) {
      this.counters.polls.inc({ outcome: 'failed' });
      this.logger.warn('A repository of charts could not be polled', { repository: key, error });
    }
  }

  /** By the name their status is kept under: a project with credentials of its own is polled for itself. */
  #followed(): Map<string, ChartInterest[]> {
    const found = new Map<string, ChartInterest[]>();
    for (const [key, interests] of this.interests.byRepository()) {
      for (const interest of interests) {
        const scope = this.credentials.scopeOf(key.replace(/^helm\+/, ''), interest.project);
        const place = heldKey(key, scope);
        found.set(place, [...(found.get(place) ?? []), interest]);
      }
    }
    return found;
  }

  #next(key: string): number {
    const failures = this.states.failuresOf(key);
    const pause = Math.min(
      this.config.pollIntervalMs * 2 ** Math.min(failures, 10),
      Math.max(LONGEST_BACKOFF_MS, this.config.pollIntervalMs),
    );
    return Date.now() + pause * (1 - JITTER + 2 * JITTER * Math.random());
  }
}
