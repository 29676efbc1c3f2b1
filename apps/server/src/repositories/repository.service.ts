import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { type RepositoryAddress, mirrorId, parseRepositoryUrl } from './addresses/repository-url.js';
import { CredentialsService } from './credentials.service.js';
import { type DriverChoice, type Drivers, chooseDriver, isWorthAnotherDriver } from './git/driver-choice.js';
import type { GitClient } from './git/git-client.port.js';
import { GitError, isCorruption } from './git/git.errors.js';
import { IsomorphicGitClient } from './git/isomorphic/isomorphic-git-client.js';
import { KeyedMutex } from './git/keyed-mutex.js';
import { LocalGitClient } from './git/local/local-git-client.js';
import { MirrorFolder } from './git/mirror-folder.js';
import { NativeGitClient } from './git/native/native-git-client.js';
import type { CommitInfo } from './git/objects/git-object.js';
import { GitFileTree, type GitTreeLocation } from './git/objects/git-file-tree.js';
import { ObjectStore } from './git/objects/object-store.js';
import { type RefSnapshot, type ResolvedRevision, prefixesFor, resolveRevision } from './git/refs.js';
import { RepositoryEvents } from './repository-events.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryStateService } from './repository-state.service.js';

/** What is held about one repository in this process. */
interface Repository {
  readonly key: string;
  readonly address: RepositoryAddress;
  readonly folder: MirrorFolder;
  choice: DriverChoice;
  refs:
    { readonly snapshot: RefSnapshot; readonly prefixes: readonly string[]; readonly at: number } | undefined;
  store: { readonly gitDir: string; readonly objects: ObjectStore } | undefined;
}

/** How fresh an answer has to be. */
export interface ResolveOptions {
  /** Ask the server now, whatever is known (a person pressed refresh, a webhook came). */
  readonly refresh?: boolean;
}

/**
 * Answers older than the question are not "now" for a refresh: a commit made a moment ago has to be seen. A hundred
 * apps refreshed at once are one query all the same, because they wait for the answer that is on its way.
 */
const REFRESH_COALESCE_MS = 0;
/** Without the poller (nobody follows the repository) what is known is good for this many poll intervals. */
const STALE_INTERVALS = 2;

/**
 * Git repositories for the rest of the server: what a revision leads to, and the files of a commit. One mirror per
 * repository; refs are asked for at most once per poll however many applications ask here.
 */
@Injectable()
export class RepositoryService implements OnApplicationShutdown {
  readonly #repositories = new Map<string, Repository>();
  readonly #mutex = new KeyedMutex();
  readonly #drivers: Drivers;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly counters: Counters,
    private readonly credentials: CredentialsService,
    private readonly states: RepositoryStateService,
    private readonly interests: RepositoryInterests,
    private readonly events: RepositoryEvents,
  ) {
    const allowInside = config.allowLocalRepositories;
    this.#drivers = {
      isomorphic: new IsomorphicGitClient(allowInside),
      native: new NativeGitClient(join(config.dataDir, 'ssh'), allowInside),
      local: new LocalGitClient(),
    };
  }

  /**
   * What a revision (branch, tag, commit, `HEAD`, range of versions) leads to now. Uses the last poll's answer.
   * @throws GitError `revision_not_found`, or what is wrong with the repository.
   */
  async resolve(url: string, revision: string, options: ResolveOptions = {}): Promise<ResolvedRevision> {
    const repository = this.#repository(url);
    const snapshot = await this.#refsFor(repository, revision, options);
    return resolveRevision(revision, snapshot);
  }

  /** Makes sure the commit is in the mirror, and says where to read it: hand this to a worker (`GitFileTree.open`). */
  async locate(url: string, commit: string): Promise<GitTreeLocation> {
    const repository = this.#repository(url);
    await this.#ensureCommit(repository, commit);
    return { gitDir: this.#gitDir(repository), commit };
  }

  /** The files of a commit, readable in this thread. Small reads only: it is synchronous. */
  async tree(url: string, commit: string): Promise<GitFileTree> {
    const repository = this.#repository(url);
    await this.#ensureCommit(repository, commit);
    return new GitFileTree(this.#store(repository), commit);
  }

  /**
   * The object ids of paths at a commit (undefined: nothing there; a trailing `/` names a folder). Equal ids, equal
   * content: this answers "did this commit touch these inputs" without reading a file.
   */
  async pathOids(
    url: string,
    commit: string,
    paths: Iterable<string>,
  ): Promise<Map<string, string | undefined>> {
    const tree = await this.tree(url, commit);
    return new Map([...paths].map((path) => [path, tree.oid(path.replace(/\/+$/, ''))]));
  }

  /** Author, date and message of a commit. */
  async metadata(url: string, commit: string): Promise<CommitInfo> {
    const repository = this.#repository(url);
    await this.#ensureCommit(repository, commit);
    return this.#store(repository).commit(commit);
  }

  /**
   * Says that reading a commit found damage (`isCorruption`): the mirror is made anew by the next `locate` or `tree`.
   * Nothing happens for repositories that are read in place.
   */
  async repair(url: string): Promise<void> {
    const repository = this.#repository(url);
    if (repository.address.kind !== 'local')
      await this.#mutex.run(repository.key, async () => this.#startOver(repository));
  }

  /** Asks the server for refs once, tells what moved. The poller and webhooks call this. */
  async poll(url: string): Promise<readonly string[]> {
    const repository = this.#repository(url);
    return this.#mutex.run(repository.key, () =>
      this.#listRefs(repository, prefixesFor(this.interests.revisionsOf(repository.key)), url),
    );
  }

  /** Branches and tags, for pickers. */
  async refs(url: string): Promise<{ branches: string[]; tags: string[] }> {
    const repository = this.#repository(url);
    const snapshot = await this.#mutex.run(repository.key, async () => {
      await this.#listRefs(repository, ['HEAD', 'refs/heads/', 'refs/tags/'], url);
      return repository.refs?.snapshot;
    });
    const names = [...(snapshot?.refs.keys() ?? [])];
    const below = (prefix: string): string[] =>
      names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return { branches: below('refs/heads/'), tags: below('refs/tags/') };
  }

  /** Tries to reach a repository with the credentials it has now. @throws GitError saying why not. */
  async test(url: string): Promise<void> {
    const repository = this.#repository(url);
    await this.#mutex.run(repository.key, () => this.#listRefs(repository, ['HEAD'], url));
  }

  /** Forgets what is known: after its credentials changed, or it was removed. */
  async forget(url: string, removeMirror: boolean): Promise<void> {
    const { key } = parseRepositoryUrl(url);
    await this.#mutex.run(key, async () => {
      const repository = this.#repositories.get(key);
      this.#repositories.delete(key);
      repository?.store?.objects.close();
      if (removeMirror) await repository?.folder.remove();
      await this.states.forget(key);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#drivers.isomorphic.close();
    for (const { store } of this.#repositories.values()) store?.objects.close();
  }

  #repository(url: string): Repository {
    const address = parseRepositoryUrl(url);
    const known = this.#repositories.get(address.key);
    if (known) return known;
    const choice = chooseDriver(address, this.#drivers, this.config);
    const folder = new MirrorFolder(join(this.config.dataDir, 'repositories'), mirrorId(address.key));
    const repository: Repository = {
      key: address.key,
      address,
      folder,
      choice,
      refs: undefined,
      store: undefined,
    };
    this.#repositories.set(address.key, repository);
    return repository;
  }

  async #refsFor(repository: Repository, revision: string, options: ResolveOptions): Promise<RefSnapshot> {
    const prefixes = prefixesFor([...this.interests.revisionsOf(repository.key), revision]);
    const maxAge = options.refresh
      ? REFRESH_COALESCE_MS
      : this.interests.isFollowed(repository.key)
        ? Number.POSITIVE_INFINITY
        : this.config.pollIntervalMs * STALE_INTERVALS;
    const asked = Date.now();
    return this.#mutex.run(repository.key, async () => {
      const known = repository.refs;
      const freshEnough =
        known &&
        (known.at >= asked || asked - known.at <= maxAge) &&
        prefixesFor([revision]).every((prefix) => isCovered(prefix, known.prefixes));
      if (known && freshEnough) return known.snapshot;
      await this.#listRefs(repository, prefixes, undefined);
      if (!repository.refs)
        throw new GitError('repository_failed', 'The refs of the repository could not be read.');
      return repository.refs.snapshot;
    });
  }

  /** One remote query. Answers which refs moved since the last, and tells everybody when `announce` names the address. */
  async #listRefs(
    repository: Repository,
    prefixes: readonly string[],
    announce: string | undefined,
  ): Promise<readonly string[]> {
    const before = repository.refs;
    const wanted =
      before && Date.now() - before.at < this.config.pollIntervalMs * STALE_INTERVALS
        ? [...new Set([...before.prefixes.filter((prefix) => prefixes.includes(prefix)), ...prefixes])]
        : prefixes;
    const snapshot = await this.#attempt(repository, 'ls-remote', (client, remote) =>
      client.listRefs(remote, wanted),
    );
    repository.refs = { snapshot, prefixes: wanted, at: Date.now() };
    await this.states.succeeded(
      repository.key,
      'poll',
      repository.choice.client.driver,
      repository.choice.reason,
    );
    const moved = before
      ? movedRefs(
          before.snapshot,
          snapshot,
          wanted.filter((prefix) => isCovered(prefix, before.prefixes)),
        )
      : [];
    if (moved.length > 0 || (announce !== undefined && !before))
      this.events.emit('moved', {
        url: announce ?? addressText(repository.address),
        key: repository.key,
        refs: moved,
      });
    return moved;
  }

  async #ensureCommit(repository: Repository, commit: string): Promise<void> {
    if (this.#has(repository, commit)) return;
    await this.#mutex.run(repository.key, async () => {
      if (this.#has(repository, commit)) return;
      try {
        await this.#fetch(repository, commit);
      } catch (error) {
        if (!isCorruption(error) || repository.address.kind === 'local') throw error;
        this.logger.warn('A mirror is damaged and is made anew', { repository: repository.key, error });
        this.#startOver(repository);
        await this.#fetch(repository, commit);
      }
    });
  }

  async #fetch(repository: Repository, commit: string): Promise<void> {
    await repository.folder.prepare();
    if (await repository.folder.isWorn()) this.#startOver(repository);
    const ref = [...(repository.refs?.snapshot.refs ?? [])].find(([, oid]) => oid === commit)?.[0];
    const fetchFrom = (from: string | undefined): Promise<unknown> =>
      this.#attempt(repository, 'fetch', (client, remote) =>
        client.fetch(remote, repository.folder.gitDir, commit, from),
      );
    await fetchFrom(ref);
    // The ref moved meanwhile: what was asked for is still to be had by its id.
    if (!this.#has(repository, commit)) await fetchFrom(undefined);
    if (!this.#has(repository, commit))
      throw new GitError('git_object_missing', `The commit ${commit} was fetched but isn't complete.`);
    await this.states.succeeded(
      repository.key,
      'fetch',
      repository.choice.client.driver,
      repository.choice.reason,
    );
  }

  /** Runs one exchange with the server, by the chosen driver and, where it gave up, by git itself. */
  async #attempt<T>(
    repository: Repository,
    kind: 'ls-remote' | 'fetch',
    work: (client: GitClient, remote: Awaited<ReturnType<CredentialsService['remoteFor']>>) => Promise<T>,
  ): Promise<T> {
    const remote = await this.credentials.remoteFor(addressText(repository.address));
    const labels = { repo: repository.key, request_type: kind };
    const run = async (): Promise<T> => {
      this.counters.gitRequests.inc(labels);
      const stopTimer = this.counters.gitSeconds.startTimer(labels);
      try {
        return await work(repository.choice.client, remote);
      } finally {
        stopTimer();
      }
    };
    try {
      try {
        return await run();
      } catch (error) {
        if (
          this.config.gitDriver !== 'auto' ||
          !isWorthAnotherDriver(error, repository.choice.client.driver) ||
          (await this.#drivers.native.version()) === undefined
        )
          throw error;
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.info('The git executable takes over', { repository: repository.key, reason });
        repository.choice = {
          client: this.#drivers.native,
          reason: `the in-process driver gave up: ${reason}`,
        };
        this.#startOver(repository);
        return await run();
      }
    } catch (error) {
      this.counters.gitFailures.inc({ repo: repository.key });
      const message = error instanceof Error ? error.message : String(error);
      await this.states.failed(
        repository.key,
        message,
        repository.choice.client.driver,
        repository.choice.reason,
      );
      throw error;
    }
  }

  /** Is the commit there, with its root tree? A fetch that was cut off leaves neither. */
  #has(repository: Repository, commit: string): boolean {
    if (repository.address.kind !== 'local' && !repository.folder.exists) return false;
    try {
      const store = this.#store(repository);
      return store.has(commit) && store.has(store.commit(commit).tree);
    } catch (error) {
      // Damage is found out again by the fetch that follows, which then starts over.
      if (isCorruption(error)) return false;
      throw error;
    }
  }

  #startOver(repository: Repository): void {
    repository.store?.objects.close();
    repository.store = undefined;
    repository.folder.startOver();
  }

  #gitDir(repository: Repository): string {
    return repository.address.kind === 'local'
      ? this.#drivers.local.gitDir(repository.address.path)
      : repository.folder.gitDir;
  }

  #store(repository: Repository): ObjectStore {
    const gitDir = this.#gitDir(repository);
    if (repository.store?.gitDir === gitDir) return repository.store.objects;
    repository.store?.objects.close();
    const objects = new ObjectStore(gitDir);
    repository.store = { gitDir, objects };
    return objects;
  }
}

/** Do two addresses lead to the same repository? */
export function sameRepository(a: string, b: string): boolean {
  try {
    return parseRepositoryUrl(a).key === parseRepositoryUrl(b).key;
  } catch {
    return a === b;
  }
}

function addressText(address: RepositoryAddress): string {
  return address.kind === 'local' ? address.path : address.url;
}

function isCovered(prefix: string, prefixes: readonly string[]): boolean {
  return prefixes.some((other) => other === prefix || (other !== 'HEAD' && prefix.startsWith(other)));
}

/** Refs that changed, appeared or went, among those both queries asked for. `HEAD` stands for itself. */
function movedRefs(before: RefSnapshot, after: RefSnapshot, prefixes: readonly string[]): string[] {
  const moved: string[] = before.headCommit === after.headCommit ? [] : ['HEAD'];
  for (const name of new Set([...before.refs.keys(), ...after.refs.keys()]))
    if (before.refs.get(name) !== after.refs.get(name) && prefixes.some((prefix) => name.startsWith(prefix)))
      moved.push(name);
  return moved;
}
