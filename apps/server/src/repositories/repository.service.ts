import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { mirrorId, parseRepositoryUrl } from './addresses/repository-url.js';
import { GitError } from './git/git.errors.js';
import { MirrorFolder, oldMirrors } from './git/mirror-folder.js';
import type { CommitInfo } from './git/objects/git-object.js';
import { GitFileTree, type GitTreeLocation } from './git/objects/git-file-tree.js';
import {
  type RefSnapshot,
  type ResolvedRevision,
  isCommitId,
  prefixesFor,
  resolveRevision,
} from './git/refs.js';
import { RemoteExchange } from './remote-exchange.js';
import { RepositoryEvents } from './repository-events.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryMirrors } from './repository-mirrors.js';
import { CredentialsService, isBelow } from './credentials.service.js';
import { RepositoryStateService } from './repository-state.service.js';
import { type RepositoryUse, heldKey, projectOfUse, urlOf } from './repository-use.js';
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

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mirrors: RepositoryMirrors,
    private readonly exchange: RemoteExchange,
    private readonly credentials: CredentialsService,
    private readonly states: RepositoryStateService,
    private readonly interests: RepositoryInterests,
    private readonly events: RepositoryEvents,
  ) {}

  /**
   * What a revision (branch, tag, commit, `HEAD`, range of versions) leads to now. Uses the last poll's answer.
   * @throws GitError `revision_not_found`, or what is wrong with the repository.
   */
  async resolve(
    where: RepositoryUse,
    revision: string,
    options: ResolveOptions = {},
  ): Promise<ResolvedRevision> {
    const repository = this.#repository(where);
    return resolveRevision(revision, await this.#refsFor(repository, revision, options));
  }

  /** Makes sure the commit is in the mirror, and says where to read it: hand this to a worker (`GitFileTree.open`). */
  async locate(where: RepositoryUse, commit: string): Promise<GitTreeLocation> {
    const repository = this.#repository(where);
    await this.mirrors.ensure(repository, commit);
    return { gitDir: this.mirrors.gitDir(repository), commit };
  }

  /** The files of a commit, readable in this thread. Small reads only: it is synchronous. */
  async tree(where: RepositoryUse, commit: string): Promise<GitFileTree> {
    const repository = this.#repository(where);
    await this.mirrors.ensure(repository, commit);
    return new GitFileTree(this.mirrors.store(repository), commit);
  }

  /**
   * The object ids of paths at a commit (undefined: nothing there; a trailing `/` names a folder). Equal ids, equal
   * content: this answers "did this commit touch these inputs" without reading a file.
   */
  async pathOids(
    where: RepositoryUse,
    commit: string,
    paths: Iterable<string>,
  ): Promise<Map<string, string | undefined>> {
    const tree = await this.tree(where, commit);
    return new Map([...paths].map((path) => [path, tree.oid(path.replace(/\/+$/, ''))]));
  }

  /** Author, date and message of a commit. */
  async metadata(where: RepositoryUse, commit: string): Promise<CommitInfo> {
    const repository = this.#repository(where);
    await this.mirrors.ensure(repository, commit);
    return this.mirrors.store(repository).commit(commit);
  }

  /**
   * A commit as it was signed; with the annotated tag the revision names, where it names one. The tag is fetched when
   * the mirror has only the commit.
   */
  async signed(
    where: RepositoryUse,
    revision: string,
    commit: string,
  ): Promise<{ commit: Buffer; tag?: Buffer }> {
    const repository = this.#repository(where);
    await this.mirrors.ensure(repository, commit);
    const { data } = this.mirrors.store(repository).read(commit);
    if (revision === '' || isCommitId(revision)) return { commit: data };
    const snapshot = await this.#refsFor(repository, revision, {});
    const { ref, commit: now } = resolveRevision(revision, snapshot);
    const tag = ref === undefined ? undefined : snapshot.annotatedTags?.get(ref);
    if (ref === undefined || tag === undefined || now !== commit) return { commit: data };
    if (!this.mirrors.store(repository).has(tag))
      await this.mirrors.exclusively(repository.key, () =>
        this.exchange.run(repository, 'fetch', (client, remote) =>
          client.fetch(remote, repository.folder.gitDir, commit, ref),
        ),
      );
    const store = this.mirrors.store(repository);
    return { commit: data, ...(store.has(tag) && { tag: store.read(tag).data }) };
  }

  /**
   * Says that reading a commit found damage (`isCorruption`): the mirror is made anew by the next `locate` or `tree`.
   * Nothing happens for repositories that are read in place.
   */
  async repair(where: RepositoryUse): Promise<void> {
    const repository = this.#repository(where);
    if (repository.address.kind !== 'local')
      await this.mirrors.exclusively(repository.key, async () => repository.startOver());
  }

  /**
   * Asks the server for refs once (once for each project that has credentials of its own), tells what moved. The poller
   * and webhooks call this.
   */
  async poll(url: string): Promise<readonly string[]> {
    const looks = await Promise.allSettled(
      this.#held(url).map((repository) =>
        this.mirrors.exclusively(repository.key, () =>
          this.#listRefs(repository, this.#prefixes(repository), url),
        ),
      ),
    );
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed) throw failed.reason;
    return [...new Set(looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : [])))];
  }

  /** Failed attempts in a row; where several projects reach it on their own, those of the luckiest. */
  failuresOf(url: string): number {
    return Math.min(...this.#held(url).map(({ key }) => this.states.failuresOf(key)));
  }

  /** Branches and tags, for pickers. */
  async refs(where: RepositoryUse): Promise<{ branches: string[]; tags: string[] }> {
    const repository = this.#repository(where);
    const snapshot = await this.mirrors.exclusively(repository.key, async () => {
      await this.#listRefs(repository, ['HEAD', 'refs/heads/', 'refs/tags/'], urlOf(where));
      return repository.refs?.snapshot;
    });
    const names = [...(snapshot?.refs.keys() ?? [])];
    const below = (prefix: string): string[] =>
      names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return { branches: below('refs/heads/'), tags: below('refs/tags/') };
  }

  /** Tries to reach a repository with the credentials it has now. @throws GitError saying why not. */
  async test(where: RepositoryUse): Promise<void> {
    const repository = this.#repository(where);
    repository.forgetFailures();
    await this.mirrors.exclusively(repository.key, () =>
      this.#listRefs(repository, ['HEAD', ...this.#prefixes(repository)], urlOf(where)),
    );
  }

  /**
   * Forgets what is known, and what was fetched, of a repository (or of all below an address): after credentials changed,
   * because what they opened may be closed now to those who had it.
   */
  async forget(url: string, below = false): Promise<void> {
    const { key } = parseRepositoryUrl(url);
    const concerned = (other: string): boolean => other === key || (below && isBelow(other, key));
    for (const [followed, address] of this.interests.repositories())
      if (concerned(followed)) this.#held(address);
    await this.credentials.reload();
    // made if nothing is held: a mirror from before a restart goes too
    for (const [followed, address] of this.interests.repositories())
      if (concerned(followed)) this.#held(address);
    if (!below) this.#repository(url);
    for (const repository of Array.from(this.#repositories.values()).filter(({ address }) =>
      concerned(address.key),
    ))
      await this.mirrors.exclusively(repository.key, async () => {
        this.#repositories.delete(repository.key);
        repository.closeStore();
        await repository.folder.remove();
        await this.states.forget(repository.key);
      });
  }

  /** Removes mirrors that nobody follows and nothing was fetched into since. Answers how many. */
  async sweep(before: Date): Promise<number> {
    const followed = [...this.interests.repositories().values()].flatMap((url) =>
      this.#held(url).map(({ key }) => mirrorId(key)),
    );
    const root = join(this.config.dataDir, 'repositories');
    const old = (await oldMirrors(root, before)).filter((id) => !followed.includes(id));
    for (const id of old) {
      const tracked = [...this.#repositories.values()].find(({ key }) => mirrorId(key) === id);
      await this.mirrors.exclusively(tracked?.key ?? id, async () => {
        if (tracked) this.#repositories.delete(tracked.key);
        tracked?.closeStore();
        if (tracked) this.exchange.forgetNumbers(tracked);
        await rm(join(root, id), { recursive: true, force: true });
      });
    }
    return old.length;
  }

  onApplicationShutdown(): void {
    for (const repository of this.#repositories.values()) repository.closeStore();
  }

  #repository(where: RepositoryUse): TrackedRepository {
    const address = parseRepositoryUrl(urlOf(where));
    const scope = address.kind === 'local' ? '' : this.credentials.scopeOf(address.key, projectOfUse(where));
    const key = heldKey(address.key, scope);
    const known = this.#repositories.get(key);
    if (known) return known;
    const folder = new MirrorFolder(join(this.config.dataDir, 'repositories'), mirrorId(key));
    const repository = new TrackedRepository(key, scope, address, folder, this.exchange.choose(address));
    this.#repositories.set(key, repository);
    return repository;
  }

  /** What is held for those who follow a repository: once for everybody, and for each project with own credentials. */
  #held(url: string): TrackedRepository[] {
    const projects = this.interests.projectsOf(parseRepositoryUrl(url).key);
    if (projects.size === 0) return [this.#repository(url)];
    return [...new Set([...projects].map((project) => this.#repository({ url, project })))];
  }

  /** What the followers that share this mirror need to know. */
  #prefixes({ address, scope }: TrackedRepository, ...more: readonly string[]): string[] {
    const concerns = (project: string): boolean => this.credentials.scopeOf(address.key, project) === scope;
    return prefixesFor([...this.interests.revisionsOf(address.key, concerns), ...more]);
  }

  async #refsFor(
    repository: TrackedRepository,
    revision: string,
    { refresh = false }: ResolveOptions,
  ): Promise<RefSnapshot> {
    const needed = prefixesFor([revision]);
    const prefixes = this.#prefixes(repository, revision);
    const followed = this.interests.isFollowed(repository.address.key);
    const maxAge = refresh
      ? REFRESH_COALESCE_MS
      : followed
        ? Number.POSITIVE_INFINITY
        : this.config.pollIntervalMs * STALE_INTERVALS;
    const asked = Date.now();
    return this.mirrors.exclusively(repository.key, async () => {
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
      this.events.emit('moved', {
        url: announce ?? repository.url,
        key: repository.address.key,
        refs: moved,
      });
    return moved;
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
