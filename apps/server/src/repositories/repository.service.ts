import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { mirrorId, parseRepositoryUrl } from './addresses/repository-url.js';
import { GitError, isCorruption } from './git/git.errors.js';
import { KeyedMutex } from './git/keyed-mutex.js';
import { MirrorFolder } from './git/mirror-folder.js';
import type { CommitInfo } from './git/objects/git-object.js';
import { GitFileTree, type GitTreeLocation } from './git/objects/git-file-tree.js';
import { ObjectStore } from './git/objects/object-store.js';
import { type RefSnapshot, type ResolvedRevision, prefixesFor, resolveRevision } from './git/refs.js';
import { RemoteExchange } from './remote-exchange.js';
import { RepositoryEvents } from './repository-events.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryStateService } from './repository-state.service.js';
import { TrackedRepository, isCovered, movedRefs } from './tracked-repository.js';

/** How fresh an answer has to be. */
export interface ResolveOptions {
  /** Ask the server now, whatever is known (a person pressed refresh, a webhook came). */
  readonly refresh?: boolean;
}

/**
 * A refresh wants to see the commit that was made a moment ago: no answer from before the question will do. A hundred
 * apps refreshed at once are one query all the same, because they wait for the answer that is on its way.
 */
const REFRESH_COALESCE_MS = 0;
/** Without the poller (nobody follows the repository) what is known is good for this many poll intervals. */
const STALE_INTERVALS = 2;
/** What a failed listing of refs is remembered under; commits are remembered under their id. */
const REFS = 'refs';

/**
 * Git repositories for the rest of the server: what a revision leads to, and the files of a commit. One mirror per
 * repository; refs are asked for at most once per poll however many applications ask here.
 */
@Injectable()
export class RepositoryService implements OnApplicationShutdown {
  readonly #repositories = new Map<string, TrackedRepository>();
  readonly #mutex = new KeyedMutex();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: Logger,
    private readonly exchange: RemoteExchange,
    private readonly states: RepositoryStateService,
    private readonly interests: RepositoryInterests,
    private readonly events: RepositoryEvents,
  ) {}

  /**
   * What a revision (branch, tag, commit, `HEAD`, range of versions) leads to now. Uses the last poll's answer.
   * @throws GitError `revision_not_found`, or what is wrong with the repository.
   */
  async resolve(url: string, revision: string, options: ResolveOptions = {}): Promise<ResolvedRevision> {
    const repository = this.#repository(url);
    return resolveRevision(revision, await this.#refsFor(repository, revision, options));
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
      await this.#mutex.run(repository.key, async () => repository.startOver());
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
    repository.forgetFailures();
    await this.#mutex.run(repository.key, () =>
      this.#listRefs(repository, ['HEAD', ...prefixesFor(this.interests.revisionsOf(repository.key))], url),
    );
  }

  /** Forgets what is known: after its credentials changed, or it was removed. */
  async forget(url: string, removeMirror: boolean): Promise<void> {
    const { key } = parseRepositoryUrl(url);
    await this.#mutex.run(key, async () => {
      const repository = this.#repositories.get(key);
      this.#repositories.delete(key);
      repository?.closeStore();
      if (removeMirror) await repository?.folder.remove();
      await this.states.forget(key);
    });
  }

  onApplicationShutdown(): void {
    for (const repository of this.#repositories.values()) repository.closeStore();
  }

  #repository(url: string): TrackedRepository {
    const address = parseRepositoryUrl(url);
    const known = this.#repositories.get(address.key);
    if (known) return known;
    const folder = new MirrorFolder(join(this.config.dataDir, 'repositories'), mirrorId(address.key));
    const repository = new TrackedRepository(address.key, address, folder, this.exchange.choose(address));
    this.#repositories.set(address.key, repository);
    return repository;
  }

  async #refsFor(
    repository: TrackedRepository,
    revision: string,
    { refresh = false }: ResolveOptions,
  ): Promise<RefSnapshot> {
    const needed = prefixesFor([revision]);
    const prefixes = prefixesFor([...this.interests.revisionsOf(repository.key), revision]);
    const followed = this.interests.isFollowed(repository.key);
    const maxAge = refresh
      ? REFRESH_COALESCE_MS
      : followed
        ? Number.POSITIVE_INFINITY
        : this.config.pollIntervalMs * STALE_INTERVALS;
    const asked = Date.now();
    return this.#mutex.run(repository.key, async () => {
      const known = repository.refs;
      const isFresh = known !== undefined && (known.at >= asked || asked - known.at <= maxAge);
      if (isFresh && needed.every((prefix) => isCovered(prefix, known.prefixes))) return known.snapshot;
      await repository.tryOnce(REFS, this.config.pollIntervalMs, () =>
        this.#listRefs(repository, prefixes, undefined),
      );
      if (!repository.refs)
        throw new GitError('repository_failed', 'The refs of the repository could not be read.');
      return repository.refs.snapshot;
    });
  }

  /** One remote query. Answers which refs moved since the last, and tells everybody of that and of a recovery. */
  async #listRefs(
    repository: TrackedRepository,
    prefixes: readonly string[],
    announce: string | undefined,
  ): Promise<readonly string[]> {
    const before = repository.refs;
    // an answer is as old as its question
    const at = Date.now();
    const snapshot = await this.exchange.run(repository, 'ls-remote', (client, remote) =>
      client.listRefs(remote, prefixes),
    );
    repository.refs = { snapshot, prefixes, at };
    const comparable = before ? prefixes.filter((prefix) => isCovered(prefix, before.prefixes)) : [];
    const moved = before ? movedRefs(before.snapshot, snapshot, comparable) : [];
    const recovered = announce !== undefined && (repository.hasFailed || !before);
    if (announce !== undefined) repository.hasFailed = false;
    if (recovered) repository.forgetFailures();
    if (moved.length > 0 || recovered)
      this.events.emit('moved', { url: announce ?? repository.url, key: repository.key, refs: moved });
    return moved;
  }

  async #ensureCommit(repository: TrackedRepository, commit: string): Promise<void> {
    if (this.#has(repository, commit)) return;
    await this.#mutex.run(repository.key, async () => {
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
      const store = this.#store(repository);
      return store.has(commit) && store.has(store.commit(commit).tree);
    } catch (error) {
      // Damage is found out again by the fetch that follows, which then starts over.
      if (isCorruption(error)) return false;
      throw error;
    }
  }

  #gitDir(repository: TrackedRepository): string {
    return repository.address.kind === 'local'
      ? this.exchange.localGitDir(repository.address.path)
      : repository.folder.gitDir;
  }

  #store(repository: TrackedRepository): ObjectStore {
    const gitDir = this.#gitDir(repository);
    if (repository.store?.gitDir === gitDir) return repository.store.objects;
    repository.closeStore();
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
