import { type FileTree, joinTreePath, resolveTreeLinks } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import { didYouMean } from './nearest.js';

/** Where a remote resource was brought to. */
export interface RemoteTree {
  readonly tree: FileTree;
  readonly path: string;
}

/** What loaders of one build share. */
export interface LoaderOptions {
  readonly restrictions: 'root-only' | 'none';
  readonly resolveRemote?: ((url: string) => RemoteTree | undefined) | undefined;
  readonly readRemote?: ((url: string) => Uint8Array | undefined) | undefined;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** Bytes that may be read, all files together. */
  readonly budget: ReadBudget;
}

/** Counts the bytes that all loaders of a build read. */
export class ReadBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the bytes of one more file. */
  spend(bytes: number, file: string): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes)
      throw kustomizeError(
        'too-large',
        `more than ${this.#maxBytes} bytes are read, the last file is '${file}'; name large files once`,
        { file },
      );
  }
}

/** Reads files and folders for one kustomization: relative to its folder, never outside the tree. */
export class Loader {
  readonly tree: FileTree;
  /** The folder of the kustomization, links resolved. */
  readonly root: string;
  readonly #options: LoaderOptions;
  readonly #referrer: Loader | undefined;

  constructor(tree: FileTree, root: string, options: LoaderOptions, referrer?: Loader) {
    this.tree = tree;
    this.#options = options;
    this.#referrer = referrer;
    const resolved = resolveTreeLinks(tree, root);
    if (resolved === undefined || tree.stat(resolved) !== 'folder')
      throw kustomizeError('no-folder', `'${root || '.'}' is not a folder of the tree`, { file: root });
    this.root = resolved;
  }

  /** The bytes of a file, or a coded error that says why not. */
  read(path: string): Uint8Array {
    const shown = `${this.root === '' ? '' : `${this.root}/`}${path}`;
    if (isRemote(path)) {
      const remote = this.#options.readRemote?.(path);
      if (remote) return this.#bounded(remote, path);
      throw kustomizeError('remote', `'${path}' is a remote file; only files of the repository can be read`, {
        file: path,
      });
    }
    const joined = path.startsWith('/') ? undefined : joinTreePath(this.root, path);
    if (joined === undefined)
      throw kustomizeError(
        'outside',
        `security; file '${path}' is not in or below '${this.root || '.'}': it is outside of the repository`,
        { file: path },
      );
    const resolved = resolveTreeLinks(this.tree, joined);
    if (resolved === undefined) throw this.#missing(shown, joined);
    if (this.#options.restrictions === 'root-only' && !isInside(resolved, this.root))
      throw kustomizeError(
        'outside',
        `security; file '${resolved}' is not in or below '${this.root || '.'}'; move it there or use --load-restrictor LoadRestrictionsNone`,
        { file: shown },
      );
    const bytes = this.tree.read(resolved);
    if (!bytes)
      throw this.tree.stat(resolved) === 'folder'
        ? kustomizeError('no-file', `'${shown}' is a folder, expected a file`, { file: shown })
        : this.#missing(shown, joined);
    return this.#bounded(bytes, shown);
  }

  #missing(shown: string, joined: string): Error {
    const slash = joined.lastIndexOf('/');
    const folder = this.tree.list(joined.slice(0, Math.max(slash, 0))) ?? [];
    const hint = didYouMean(
      joined.slice(slash + 1),
      folder.map((entry) => entry.name),
    );
    return kustomizeError('no-file', `file '${shown}' does not exist${hint}`, { file: shown });
  }

  #bounded(bytes: Uint8Array, shown: string): Uint8Array {
    if (bytes.length > this.#options.maxFileBytes)
      throw kustomizeError(
        'too-large',
        `file '${shown}' has ${bytes.length} bytes, more than the limit of ${this.#options.maxFileBytes}`,
        {
          file: shown,
        },
      );
    this.#options.budget.spend(bytes.length, shown);
    return bytes;
  }

  /** True when a file of that name is there. */
  has(name: string): boolean {
    const joined = joinTreePath(this.root, name);
    const resolved = joined === undefined ? undefined : resolveTreeLinks(this.tree, joined);
    return resolved !== undefined && this.tree.stat(resolved) === 'file';
  }

  /** A loader for another kustomization: a folder beside or above, or a remote one if there is a way to get it. */
  open(path: string): Loader {
    if (path === '') throw kustomizeError('no-folder', 'new root cannot be empty');
    if (isRemote(path)) return this.#openRemote(path);
    if (path.startsWith('/'))
      throw kustomizeError('outside', `new root '${path}' cannot be absolute`, { file: path });
    const joined = joinTreePath(this.root, path);
    if (joined === undefined)
      throw kustomizeError('outside', `'${path}' is outside of the repository`, { file: path });
    const loader = new Loader(this.tree, joined, this.#options, this);
    const visited = this.#visitedInside(loader);
    if (visited)
      throw kustomizeError(
        'cycle',
        `cycle detected: candidate root '${loader.root || '.'}' contains visited root '${visited.root || '.'}'`,
        {
          file: path,
        },
      );
    return loader;
  }

  /** A kustomization on the way here that lies in the folder of the candidate. */
  #visitedInside(candidate: Loader): Loader | undefined {
    if (this.tree === candidate.tree && isInside(this.root, candidate.root)) return this;
    return this.#referrer === undefined ? undefined : this.#referrer.#visitedInside(candidate);
  }

  #openRemote(url: string): Loader {
    const remote = this.#options.resolveRemote?.(url);
    if (!remote)
      throw kustomizeError(
        'remote',
        `remote '${url}' is not available here; vendor it or allow its repository`,
        { file: url },
      );
    const loader = new Loader(
      remote.tree,
      remote.path,
      { ...this.#options, restrictions: 'root-only' },
      this,
    );
    if (this.#visitedInside(loader))
      throw kustomizeError('cycle', `cycle detected: '${url}' is already being built`, { file: url });
    return loader;
  }
}

/** True for addresses of other repositories and files on the web. */
export function isRemote(path: string): boolean {
  return (
    /^(?:git::)?(?:https?|ssh|file|git):\/\//i.test(path) ||
    /^(?:git::|git@|github\.com[:/]|[\w.-]+@[\w.-]+:)/i.test(path)
  );
}

function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
