import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Readiness } from '../health/readiness.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import type { RepositoryAddress } from './addresses/repository-url.js';
import { CredentialsService } from './credentials.service.js';
import { type DriverChoice, type Drivers, chooseDriver, isWorthAnotherDriver } from './git/driver-choice.js';
import type { GitClient, GitRemote } from './git/git-client.port.js';
import { GitError } from './git/git.errors.js';
import { IsomorphicGitClient } from './git/isomorphic/isomorphic-git-client.js';
import { LocalGitClient } from './git/local/local-git-client.js';
import { NativeGitClient } from './git/native/native-git-client.js';
import { RepositoryStateService } from './repository-state.service.js';
import type { TrackedRepository } from './tracked-repository.js';

/** What is asked of a Git server. */
const EXCHANGE_KINDS = ['ls-remote', 'fetch'] as const;
export type ExchangeKind = (typeof EXCHANGE_KINDS)[number];

/**
 * Every exchange with a Git server goes through here: it finds the credentials, counts and times, keeps the
 * repository's status true, and lets the git executable try where the in-process driver gave up.
 */
@Injectable()
export class RemoteExchange implements OnApplicationShutdown {
  readonly #drivers: Drivers;
  readonly #stopping = new AbortController();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly counters: Counters,
    private readonly credentials: CredentialsService,
    private readonly states: RepositoryStateService,
    readiness: Readiness,
  ) {
    // a server that never answers must not keep this one from stopping
    readiness.onStop(() => this.#stopping.abort());
    const inside = config.allowLocalRepositories;
    this.#drivers = {
      isomorphic: new IsomorphicGitClient(inside),
      native: new NativeGitClient(join(config.dataDir, 'ssh'), inside),
      local: new LocalGitClient(),
    };
  }

  /** @throws GitError `repository_url_denied` where the settings forbid the address. */
  choose(address: RepositoryAddress): DriverChoice {
    return chooseDriver(address, this.#drivers, this.config);
  }

  /** The folder of a repository on this machine. */
  localGitDir(path: string): string {
    return this.#drivers.local.gitDir(path);
  }

  async run<T>(
    repository: TrackedRepository,
    kind: ExchangeKind,
    work: (client: GitClient, remote: GitRemote) => Promise<T>,
  ): Promise<T> {
    const remote = await this.credentials.remoteFor(repository.url, repository.scope);
    try {
      const result = await this.#withFallback(repository, () =>
        this.#measured(repository, kind, () => this.#untilStop(() => work(repository.choice.client, remote))),
      );
      await this.states.succeeded(
        repository.key,
        kind === 'fetch' ? 'fetch' : 'poll',
        repository.choice.client.driver,
        repository.choice.reason,
      );
      return result;
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error;
      repository.hasFailed = true;
      this.counters.gitFailures.inc({ repo: repository.address.key });
      await this.states.failed(
        repository.key,
        error instanceof Error ? error.message : String(error),
        repository.choice.client.driver,
        repository.choice.reason,
      );
      throw error;
    }
  }

  /** Ends the series of numbers about a repository nobody uses any more. */
  forgetNumbers({ address: { key: repo } }: TrackedRepository): void {
    for (const kind of EXCHANGE_KINDS) {
      this.counters.gitRequests.remove({ repo, request_type: kind });
      this.counters.gitSeconds.remove({ repo, request_type: kind });
    }
    this.counters.gitFailures.remove({ repo });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#drivers.isomorphic.close();
  }

  async #untilStop<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#stopping;
    const stopping = (): GitError => new GitError('repository_failed', 'The server is stopping.');
    if (signal.aborted) throw stopping();
    let onStop: (() => void) | undefined;
    const stop = new Promise<never>((_, reject) => {
      onStop = () => reject(stopping());
      signal.addEventListener('abort', onStop);
    });
    try {
      return await Promise.race([work(), stop]);
    } finally {
      if (onStop) signal.removeEventListener('abort', onStop);
    }
  }

  async #withFallback<T>(repository: TrackedRepository, run: () => Promise<T>): Promise<T> {
    const before = repository.choice;
    try {
      return await run();
    } catch (error) {
      const { driver } = before.client;
      if (
        this.config.gitDriver !== 'auto' ||
        !isWorthAnotherDriver(error, driver) ||
        (await this.#drivers.native.version()) === undefined
      )
        throw error;
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.info('The git executable takes over', { repository: repository.key, reason });
      repository.choice = {
        client: this.#drivers.native,
        reason: `the in-process driver gave up: ${reason}`,
      };
      repository.startOver();
      return run().catch((failure: unknown) => {
        // Neither can: the cause lies elsewhere, and the first choice gets its next try.
        repository.choice = before;
        throw failure;
      });
    }
  }

  async #measured<T>(repository: TrackedRepository, kind: ExchangeKind, work: () => Promise<T>): Promise<T> {
    const labels = { repo: repository.address.key, request_type: kind };
    this.counters.gitRequests.inc(labels);
    const stopTimer = this.counters.gitSeconds.startTimer(labels);
    try {
      return await work();
    } finally {
      stopTimer();
    }
  }
}
