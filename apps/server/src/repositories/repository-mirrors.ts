import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { GitError, isCorruption } from './git/git.errors.js';
import { KeyedMutex } from './git/keyed-mutex.js';
import { ObjectStore } from './git/objects/object-store.js';
import { RemoteExchange } from './remote-exchange.js';
import type { TrackedRepository } from './tracked-repository.js';

/** The objects of repositories on this machine: fetched into mirrors, or read where they are. */
@Injectable()
export class RepositoryMirrors {
  readonly #mutex = new KeyedMutex();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly exchange: RemoteExchange,
  ) {}

  /** One piece of work at a time for a repository, whatever it is. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#mutex.run(key, work);
  }

  /** Makes sure the commit is there, with its root tree. */
  async ensure(repository: TrackedRepository, commit: string): Promise<void> {
    if (this.#has(repository, commit)) return;
    await this.exclusively(repository.key, async () => {
      if (this.#has(repository, commit)) return;
      await repository.tryOnce(commit, this.config.pollIntervalMs, () =>
        this.#fetchWhole(repository, commit),
      );
    });
  }

  async #fetchWhole(repository: TrackedRepository, commit: string): Promise<void> {
    try {
      await this.#fetch(repository, commit);
    } catch (error) {
      if (!isCorruption(error) || repository.address.kind === 'local') throw error;
      this.logger.warn('A mirror is damaged and is made anew', { repository: repository.key, error });
      repository.startOver();
      await this.#fetch(repository, commit);
    }
  }

  async #fetch(repository: TrackedRepository, commit: string): Promise<void> {
    await repository.folder.prepare();
    if (await repository.folder.isWorn()) repository.startOver();
    const ref = [...(repository.refs?.snapshot.refs ?? [])].find(([, oid]) => oid === commit)?.[0];
    const fetchFrom = (from: string | undefined): Promise<unknown> =>
      this.exchange.run(repository, 'fetch', (client, remote) =>
        client.fetch(remote, repository.folder.gitDir, commit, from),
      );
    await fetchFrom(ref);
    // The ref moved meanwhile: what was asked for is still to be had by its id.
    if (!this.#has(repository, commit)) await fetchFrom(undefined);
    if (!this.#has(repository, commit))
      throw new GitError('git_object_missing', `The commit ${commit} was fetched but isn't complete.`);
  }

  /** Is the commit there, with its root tree? A fetch that was cut off leaves neither. */
  #has(repository: TrackedRepository, commit: string): boolean {
    if (repository.address.kind !== 'local' && !repository.folder.exists) return false;
    try {
      const store = this.store(repository);
      return store.has(commit) && store.has(store.commit(commit).tree);
    } catch (error) {
      // Damage is found out again by the fetch that follows, which then starts over.
      if (isCorruption(error)) return false;
      throw error;
    }
  }

  /** Where the objects are. */
  gitDir(repository: TrackedRepository): string {
    return repository.address.kind === 'local'
      ? this.exchange.localGitDir(repository.address.path)
      : repository.folder.gitDir;
  }

  /** The objects, kept open. */
  store(repository: TrackedRepository): ObjectStore {
    const gitDir = this.gitDir(repository);
    if (repository.store?.gitDir === gitDir) return repository.store.objects;
    repository.closeStore();
    const objects = new ObjectStore(gitDir);
    repository.store = { gitDir, objects };
    return objects;
  }
}
