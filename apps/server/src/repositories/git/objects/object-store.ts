import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { GitError } from '../git.errors.js';
import {
  type CommitInfo,
  type GitObject,
  type GitObjectType,
  type TreeEntry,
  parseCommit,
  parseTag,
  parseTree,
} from './git-object.js';
import { MAX_OBJECT_BYTES, PackFile } from './pack-file.js';

/** Alternates of alternates, as far as they are followed. */
const MAX_ALTERNATES = 5;
/** Trees and commits are asked for again and again while apps of one repository are compared. */
const CACHE_BYTES = 16 * 1024 * 1024;
const MAX_CACHED_OBJECT_BYTES = 256 * 1024;

/**
 * Reads the objects of a repository on disk, synchronously and from any thread: loose ones, packs, alternates. Every
 * object is checked against its id, so damage can't become a manifest. Nothing is ever written.
 */
export class ObjectStore {
  readonly #folders: readonly string[];
  readonly #packs = new Map<string, PackFile>();
  readonly #cache = new Map<string, GitObject>();
  #cachedBytes = 0;
  #packListStamp = '';

  /** @param gitDir a bare repository, or the `.git` of a working copy. */
  constructor(private readonly gitDir: string) {
    this.#folders = withAlternates(join(gitDir, 'objects'), MAX_ALTERNATES);
  }

  close(): void {
    for (const pack of this.#packs.values()) pack.close();
    this.#packs.clear();
    this.#cache.clear();
    this.#packListStamp = '';
  }

  has(oid: string): boolean {
    if (this.#cache.has(oid) || this.#folders.some((folder) => existsSync(loosePath(folder, oid))))
      return true;
    for (const pack of this.#openPacks()) if (pack.has(oid)) return true;
    return false;
  }

  /** @throws GitError `git_object_missing`, `git_object_corrupt`. */
  read(oid: string): GitObject {
    const cached = this.#cache.get(oid);
    if (cached) return cached;
    const object = this.#find(oid);
    if (!object) throw new GitError('git_object_missing', `The object ${oid} is missing in ${this.gitDir}.`);
    const actual = createHash('sha1')
      .update(`${object.type} ${object.data.length}\0`)
      .update(object.data)
      .digest('hex');
    if (actual !== oid)
      throw new GitError(
        'git_object_corrupt',
        `The object ${oid} in ${this.gitDir} is damaged: its content belongs to ${actual}.`,
      );
    this.#remember(oid, object);
    return object;
  }

  commit(oid: string): CommitInfo {
    return this.#parsed(oid, 'commit', parseCommit);
  }

  tree(oid: string): TreeEntry[] {
    return this.#parsed(oid, 'tree', parseTree);
  }

  blob(oid: string): Buffer {
    return this.#parsed(oid, 'blob', (data) => data);
  }

  /** Follows annotated tags to the commit. */
  peel(oid: string): string {
    let current = oid;
    for (let depth = 0; depth < 10; depth++) {
      const object = this.read(current);
      if (object.type !== 'tag') return current;
      const target = parseTag(object.data)?.object;
      if (target === undefined) break;
      current = target;
    }
    throw new GitError('git_object_corrupt', `The tag ${oid} in ${this.gitDir} leads nowhere.`);
  }

  #parsed<T>(oid: string, type: GitObjectType, parse: (data: Buffer) => T | undefined): T {
    const object = this.read(oid);
    const value = object.type === type ? parse(object.data) : undefined;
    if (value === undefined)
      throw new GitError('git_object_corrupt', `The object ${oid} in ${this.gitDir} is no ${type}.`);
    return value;
  }

  #find(oid: string): GitObject | undefined {
    for (const folder of this.#folders) {
      const loose = readLoose(loosePath(folder, oid));
      if (loose) return loose;
    }
    for (const pack of this.#openPacks()) {
      const object = pack.read(oid);
      if (object) return object;
    }
    return undefined;
  }

  /** Opens packs that appeared, closes those that went; looks only when a pack folder changed. */
  #openPacks(): Iterable<PackFile> {
    const folders = this.#folders.map((folder) => join(folder, 'pack'));
    const stamp = folders
      .map((folder) => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      .join(' ');
    if (stamp !== this.#packListStamp) {
      const present = new Set(folders.flatMap(packsIn));
      for (const [path, pack] of this.#packs)
        if (!present.has(path)) {
          pack.close();
          this.#packs.delete(path);
        }
      let complete = true;
      for (const path of present) if (!this.#packs.has(path)) complete = this.#openPack(path) && complete;
      this.#packListStamp = complete ? stamp : '';
    }
    return this.#packs.values();
  }

  /** A pack whose index can't be read is being written by a fetch, or damaged: then its objects are missing. */
  #openPack(path: string): boolean {
    try {
      this.#packs.set(path, new PackFile(path, (oid) => this.#find(oid)));
      return true;
    } catch {
      return false;
    }
  }

  #remember(oid: string, object: GitObject): void {
    if (object.data.length > MAX_CACHED_OBJECT_BYTES) return;
    this.#cache.set(oid, object);
    this.#cachedBytes += object.data.length;
    for (const [oldest, { data }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= data.length;
    }
  }
}

function withAlternates(folder: string, depth: number): string[] {
  if (depth === 0) return [folder];
  let text = '';
  try {
    text = readFileSync(join(folder, 'info/alternates'), 'utf8');
  } catch {
    return [folder];
  }
  const others = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return [
    folder,
    ...others.flatMap((path) => withAlternates(isAbsolute(path) ? path : resolve(folder, path), depth - 1)),
  ];
}

function packsIn(folder: string): string[] {
  try {
    const names = new Set(readdirSync(folder));
    return [...names]
      .filter((name) => name.endsWith('.pack') && names.has(name.replace(/\.pack$/, '.idx')))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function loosePath(folder: string, oid: string): string {
  return join(folder, oid.slice(0, 2), oid.slice(2));
}

function readLoose(path: string): GitObject | undefined {
  let compressed: Buffer;
  try {
    compressed = readFileSync(path);
  } catch {
    return undefined;
  }
  try {
    const bytes = inflateSync(compressed, { maxOutputLength: MAX_OBJECT_BYTES });
    const end = bytes.indexOf(0);
    const [, type, size] =
      /^(commit|tree|blob|tag) (\d+)$/.exec(bytes.toString('latin1', 0, Math.min(end, 32))) ?? [];
    const data = bytes.subarray(end + 1);
    if (isObjectType(type) && data.length === Number(size)) return { type, data };
  } catch (error) {
    throw new GitError('git_object_corrupt', `The object file ${path} does not decompress.`, error);
  }
  throw new GitError('git_object_corrupt', `The object file ${path} is damaged.`);
}

function isObjectType(text: string | undefined): text is GitObjectType {
  return text === 'commit' || text === 'tree' || text === 'blob' || text === 'tag';
}

/** The repository below a path: the path itself when it is bare, its `.git`, or what a `.git` file names. */
export function findGitDir(path: string): string | undefined {
  for (const candidate of [join(path, '.git'), path]) {
    const info = statSync(candidate, { throwIfNoEntry: false });
    if (info?.isFile()) {
      const target = /^gitdir: (.+)$/m.exec(readFileSync(candidate, 'utf8'))?.[1];
      const gitDir = target === undefined ? undefined : resolve(dirname(candidate), target);
      if (gitDir !== undefined && existsSync(join(gitDir, 'HEAD'))) return gitDir;
    } else if (info && existsSync(join(candidate, 'HEAD')) && existsSync(join(candidate, 'objects')))
      return candidate;
  }
  return undefined;
}
