import type { FileTree, FileTreeEntry } from '@lotse/manifests';
import { GitError } from '../git.errors.js';
import type { TreeEntry } from './git-object.js';
import { ObjectStore } from './object-store.js';

/** Where a commit's tree can be read: plain data, so that it can be handed to a worker thread. */
export interface GitTreeLocation {
  readonly gitDir: string;
  readonly commit: string;
}

/** The largest file a render may read. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** What one tree may hand out altogether. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** Folders in a folder; Linux itself stops at paths of 4,096 bytes. */
const MAX_DEPTH = 200;

/**
 * The files of a commit, read from the repository's objects as they are asked for. Synchronous; open one per render,
 * in the worker that renders. `oid` tells whether something changed between two commits without reading it.
 */
export class GitFileTree implements FileTree {
  readonly #store: ObjectStore;
  readonly #rootOid: string;
  readonly #folders = new Map<string, ReadonlyMap<string, TreeEntry>>();
  #totalBytes = 0;

  /** @throws GitError when the commit isn't there. */
  constructor(store: ObjectStore, commit: string) {
    this.#store = store;
    this.#rootOid = store.commit(commit).tree;
  }

  /** Opens the tree in this thread. Call `close` when done. */
  static open(location: GitTreeLocation): GitFileTree {
    return new GitFileTree(new ObjectStore(location.gitDir), location.commit);
  }

  close(): void {
    this.#store.close();
  }

  /** The id of the file or folder at `path` (`''` is the root): equal ids mean equal content, all the way down. */
  oid(path: string): string | undefined {
    return path === '' ? this.#rootOid : this.#entry(path)?.oid;
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    return path === '' ? 'folder' : this.#entry(path)?.type;
  }

  read(path: string): Uint8Array | undefined {
    const entry = this.#entry(path);
    return entry?.type === 'file' ? this.#blob(path, entry.oid) : undefined;
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    const folder = this.#folder(path);
    return (
      folder &&
      [...folder.values()]
        .map(({ name, type }) => ({ name, type }))
        .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    );
  }

  link(path: string): string | undefined {
    const entry = this.#entry(path);
    return entry?.type === 'link' ? Buffer.from(this.#blob(path, entry.oid)).toString('utf8') : undefined;
  }

  #blob(path: string, oid: string): Uint8Array {
    const data = this.#store.blob(oid);
    this.#totalBytes += data.length;
    if (data.length > MAX_FILE_BYTES)
      throw new GitError(
        'repository_too_large',
        `The file ${path} has ${data.length} bytes; ${MAX_FILE_BYTES} is the most that is read.`,
      );
    if (this.#totalBytes > MAX_TOTAL_BYTES)
      throw new GitError(
        'repository_too_large',
        `More than ${MAX_TOTAL_BYTES} bytes were read from one commit.`,
      );
    return data;
  }

  #entry(path: string): TreeEntry | undefined {
    const slash = path.lastIndexOf('/');
    return this.#folder(slash < 0 ? '' : path.slice(0, slash))?.get(path.slice(slash + 1));
  }

  #folder(path: string): ReadonlyMap<string, TreeEntry> | undefined {
    const known = this.#folders.get(path);
    if (known) return known;
    if (path.split('/').length > MAX_DEPTH) return undefined;
    const oid = path === '' ? this.#rootOid : this.#entry(path);
    if (oid === undefined || (typeof oid !== 'string' && oid.type !== 'folder')) return undefined;
    const entries = new Map(
      this.#store.tree(typeof oid === 'string' ? oid : oid.oid).map((entry) => [entry.name, entry]),
    );
    this.#folders.set(path, entries);
    return entries;
  }
}
