import { type Dirent, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseRepositoryUrl } from '../../addresses/repository-url.js';
import type { FetchResult, GitClient, GitRemote } from '../git-client.port.js';
import { GitError } from '../git.errors.js';
import { ObjectStore, findGitDir } from '../objects/object-store.js';
import type { RefSnapshot } from '../refs.js';

const MAX_SYMBOLIC_DEPTH = 5;

/** Reads a repository on this machine where it is: nothing is copied, nothing is locked, nothing is run. */
export class LocalGitClient implements GitClient {
  readonly driver = 'local' as const;

  /** The folder with the objects. @throws GitError `repository_not_found`. */
  gitDir(url: string): string {
    const address = parseRepositoryUrl(url);
    if (address.kind !== 'local') throw new GitError('repository_unsupported', `${url} isn't a path.`);
    const gitDir = statSync(address.path, { throwIfNoEntry: false })?.isDirectory()
      ? findGitDir(address.path)
      : undefined;
    if (gitDir === undefined)
      throw new GitError('repository_not_found', `There is no Git repository in ${address.path}.`);
    return gitDir;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async listRefs(remote: GitRemote, prefixes: readonly string[]): Promise<RefSnapshot> {
    const gitDir = this.gitDir(remote.url);
    const raw = readRefs(gitDir);
    const store = new ObjectStore(gitDir);
    try {
      const refs = new Map<string, string>();
      const annotatedTags = new Map<string, string>();
      for (const [name, oid] of raw.refs) {
        if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
        const commit = name.startsWith('refs/tags/') && store.has(oid) ? store.peel(oid) : oid;
        refs.set(name, commit);
        if (commit !== oid) annotatedTags.set(name, oid);
      }
      return { refs, annotatedTags, head: raw.head, headCommit: raw.headCommit };
    } finally {
      store.close();
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async fetch(remote: GitRemote, _mirrorDir: string, commit: string): Promise<FetchResult> {
    const store = new ObjectStore(this.gitDir(remote.url));
    try {
      if (!store.has(commit))
        throw new GitError('revision_not_found', `The repository ${remote.url} has no commit ${commit}.`);
      return { commit: store.peel(commit) };
    } finally {
      store.close();
    }
  }
}

interface RawRefs {
  readonly refs: ReadonlyMap<string, string>;
  readonly head: string | undefined;
  readonly headCommit: string | undefined;
}

/** Loose refs win over packed ones. */
function readRefs(gitDir: string): RawRefs {
  const refs = new Map<string, string>();
  const symbolic = new Map<string, string>();
  for (const line of textOf(join(gitDir, 'packed-refs')).split('\n')) {
    const [, oid, name] = /^([0-9a-f]{40}) (refs\/\S+)$/.exec(line) ?? [];
    if (oid !== undefined && name !== undefined) refs.set(name, oid);
  }
  for (const entry of looseRefs(gitDir)) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(gitDir, path).split(sep).join('/');
    const text = textOf(path).trim();
    if (text.startsWith('ref: ')) symbolic.set(name, text.slice('ref: '.length));
    else if (/^[0-9a-f]{40}$/.test(text)) refs.set(name, text);
  }
  const follow = (name: string, depth = 0): string | undefined =>
    refs.get(name) ??
    (depth < MAX_SYMBOLIC_DEPTH && symbolic.has(name)
      ? follow(symbolic.get(name) ?? '', depth + 1)
      : undefined);
  for (const name of symbolic.keys()) {
    const oid = follow(name);
    if (oid !== undefined) refs.set(name, oid);
  }
  const headText = textOf(join(gitDir, 'HEAD')).trim();
  const head = headText.startsWith('ref: ') ? headText.slice('ref: '.length) : undefined;
  return {
    refs,
    head,
    headCommit:
      head === undefined ? (/^[0-9a-f]{40}$/.test(headText) ? headText : undefined) : refs.get(head),
  };
}

function looseRefs(gitDir: string): Dirent[] {
  try {
    return readdirSync(join(gitDir, 'refs'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
