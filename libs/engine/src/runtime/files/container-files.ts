import { bytesOf, copyOf, directory, file, link, type DirectoryNode, type Node } from './file-node.js';
import { addName, depthOf, freeSpace, moveSpace, spaceOf, takeSpace } from './space.js';

/** How a call to a file system fails, as programs know it. */
export type FileErrorCode =
  | 'ENOENT'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'EEXIST'
  | 'EROFS'
  | 'EACCES'
  | 'ENOTEMPTY'
  | 'ELOOP'
  | 'ENOSPC'
  | 'ENAMETOOLONG'
  | 'EINVAL'
  | 'EBUSY';

const MESSAGES: Readonly<Record<FileErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EEXIST: 'File exists',
  EROFS: 'Read-only file system',
  EACCES: 'Permission denied',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  ENOSPC: 'No space left on device',
  ENAMETOOLONG: 'File name too long',
  EINVAL: 'Invalid argument',
  EBUSY: 'Device or resource busy',
};

/** A call to a file system that failed. */
export class FileError extends Error {
  readonly code: FileErrorCode;
  /** As libc words it: `No such file or directory`. */
  readonly reason: string;
  /** What was tried, on which file. */
  readonly call: string;
  readonly path: string;

  constructor(code: FileErrorCode, call: string, path: string) {
    super(`${code}: ${MESSAGES[code].toLowerCase()}, ${call} '${path}'`);
    this.code = code;
    this.reason = MESSAGES[code];
    this.call = call;
    this.path = path;
  }
}

/** Something mounted into a container. */
export interface Mount {
  readonly path: string;
  readonly type: 'ext4' | 'tmpfs' | 'overlay' | 'proc' | 'cgroup2';
  readonly readOnly: boolean;
  /** True when others may write there, too. */
  readonly shared: boolean;
  /** What is there now. */
  readonly node: () => Node | undefined;
  /** How large it is said to be. */
  readonly sizeBytes?: () => number | undefined;
}

/** Who acts: permissions are checked for all but root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Links followed on the way to a file (Linux MAXSYMLINKS). */
const MOST_LINKS = 40;
/** Longest path (Linux PATH_MAX), and how deep directories may lie in one another: what goes through them calls itself. */
const LONGEST_PATH = 4096;
const DEEPEST = 256;

interface Place {
  readonly path: string;
  readonly parent: DirectoryNode | undefined;
  readonly name: string;
  readonly node: Node | undefined;
  readonly mount: Mount | undefined;
}

/** The file system a container sees: a root of its own, and what is mounted into it. */
export class ContainerFiles {
  readonly identity: Identity;
  readonly #root: DirectoryNode;
  readonly #mounts: ReadonlyMap<string, Mount>;
  readonly #readOnlyRoot: boolean;
  readonly #now: () => number;
  /** Set when something was looked up that others may change. */
  sawShared = false;
  /** Set when anything was written. */
  wrote = false;

  constructor(
    root: DirectoryNode,
    mounts: readonly Mount[],
    options: { readonly identity: Identity; readonly readOnlyRoot: boolean; readonly now: () => number },
  ) {
    this.identity = options.identity;
    this.#root = root;
    this.#readOnlyRoot = options.readOnlyRoot;
    this.#now = options.now;
    const known = new Map<string, Mount>();
    for (const mount of [...mounts].sort((a, b) => a.path.length - b.path.length)) {
      known.set(mount.path, mount);
      this.#makeMountPoint(mount, known);
    }
    this.#mounts = known;
  }

  /** A copy on which anything can be tried. */
  fork(): ContainerFiles {
    const mounts = [...this.#mounts.values()].map((mount): Mount => {
      const now = mount.node();
      const node = now && copyOf(now);
      return { ...mount, node: () => node };
    });
    return new ContainerFiles(copyOf(this.#root), mounts, {
      identity: this.identity,
      readOnlyRoot: this.#readOnlyRoot,
      now: this.#now,
    });
  }

  /** Absolute path of `path` seen from a directory, without `.` and `..`. */
  static resolve(base: string, path: string): string {
    const names: string[] = [];
    for (const name of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
      if (name === '..') names.pop();
      else if (name !== '' && name !== '.') names.push(name);
    }
    return `/${names.join('/')}`;
  }

  exists(path: string): boolean {
    return this.#find(path)?.node !== undefined;
  }

  isDirectory(path: string): boolean {
    return this.#find(path)?.node?.kind === 'directory';
  }

  /** The entry a path leads to. Throws FileError. */
  stat(path: string, follow = true): Node {
    const { node } = this.#walk(path, 'stat', follow);
    if (!node) throw new FileError('ENOENT', 'stat', path);
    return node;
  }

  /** The mount a path is on; undefined for the container's own root. */
  mountOf(path: string): Mount | undefined {
    return this.#walk(path, 'statfs').mount;
  }

  /** What is written to the file system that a path is on, and how large it is said to be, or else what it holds at most. */
  spaceAt(path: string): { readonly usedBytes: number; readonly totalBytes: number } {
    const place = this.#walk(path, 'statfs');
    const { usedBytes, totalBytes } = spaceOf(this.#rootOf(place));
    return { usedBytes, totalBytes: Math.max(usedBytes, place.mount?.sizeBytes?.() ?? totalBytes) };
  }

  get mounts(): Iterable<Mount> {
    return this.#mounts.values();
  }

  /** The bytes of a file, a character each. Throws FileError. */
  read(path: string): string {
    const node = this.stat(path);
    if (node.kind === 'directory') throw new FileError('EISDIR', 'read', path);
    if (!this.#may(node, 4)) throw new FileError('EACCES', 'open', path);
    return node.kind === 'file' ? bytesOf(node) : '';
  }

  /** Writes bytes, a character each. Throws FileError. */
  write(
    path: string,
    bytes: string,
    options: { readonly append?: boolean; readonly mode?: number } = {},
  ): void {
    const place = this.#walk(path, 'open');
    const { node } = place;
    if (node?.kind === 'directory') throw new FileError('EISDIR', 'open', path);
    if (node?.kind === 'file' && node.isDevice) return;
    this.#checkWritable(place, path);
    if (node?.kind === 'file') {
      if (!this.#may(node, 2)) throw new FileError('EACCES', 'open', path);
      const before = bytesOf(node);
      this.#take(place, bytes.length - (options.append ? 0 : before.length), 0, path);
      node.content = options.append ? before + bytes : bytes;
      node.modifiedMs = this.#now();
      return;
    }
    this.#take(place, bytes.length, 1, path);
    this.#add(place, file(bytes, options.mode ?? 0o644), path);
  }

  mkdir(path: string, recursive = false): void {
    const place = this.#walk(path, 'mkdir', true, recursive);
    if (place.node) {
      if (recursive && place.node.kind === 'directory') return;
      throw new FileError('EEXIST', 'mkdir', path);
    }
    this.#checkWritable(place, path);
    this.#take(place, 0, 1, path);
    this.#add(place, directory(0o755), path);
  }

  list(path: string): string[] {
    const node = this.stat(path);
    if (node.kind !== 'directory') throw new FileError('ENOTDIR', 'scandir', path);
    if (!this.#may(node, 4)) throw new FileError('EACCES', 'scandir', path);
    return [...node.entries.keys()].sort();
  }

  remove(path: string, { recursive = false, force = false } = {}): void {
    const place = this.#find(path, false);
    if (!place?.node) {
      if (force) return;
      throw new FileError('ENOENT', 'rm', path);
    }
    if (this.#mounts.has(place.path) || !place.parent) throw new FileError('EBUSY', 'rm', path);
    if (place.node.kind === 'directory' && place.node.entries.size > 0 && !recursive)
      throw new FileError('ENOTEMPTY', 'rm', path);
    this.#checkWritable(place, path);
    this.#checkParent(place, path);
    place.parent.entries.delete(place.name);
    freeSpace(this.#rootOf(place), place.node);
  }

  rename(from: string, to: string): void {
    const source = this.#walk(from, 'rename', false);
    const { node, parent } = source;
    if (!node || !parent) throw new FileError('ENOENT', 'rename', from);
    this.#checkWritable(source, from);
    this.#checkParent(source, from);
    let target = this.#walk(to, 'rename', false);
    if (target.node?.kind === 'directory') target = this.#walk(`${to}/${source.name}`, 'rename', false);
    if (!target.parent) throw new FileError('ENOENT', 'rename', to);
    if (`${target.path}/`.startsWith(`${source.path}/`)) {
      if (target.path === source.path) return;
      throw new FileError('EINVAL', 'rename', to);
    }
    this.#checkWritable(target, to);
    this.#checkParent(target, to);
    if (depthOf(node) + target.path.split('/').length > DEEPEST)
      throw new FileError('ENAMETOOLONG', 'rename', to);
    if (target.node) freeSpace(this.#rootOf(target), target.node);
    if (!moveSpace(this.#rootOf(source), this.#rootOf(target), node))
      throw new FileError('ENOSPC', 'rename', to);
    parent.entries.delete(source.name);
    target.parent.entries.set(target.name, node);
  }

  symlink(target: string, path: string): void {
    const place = this.#walk(path, 'symlink', false);
    if (place.node) throw new FileError('EEXIST', 'symlink', path);
    this.#checkWritable(place, path);
    this.#take(place, target.length, 1, path);
    this.#add(place, link(target), path);
  }

  hardLink(existing: string, path: string): void {
    const node = this.stat(existing);
    if (node.kind !== 'file') throw new FileError('EINVAL', 'link', existing);
    const place = this.#walk(path, 'link', false);
    if (place.node) throw new FileError('EEXIST', 'link', path);
    if (!place.parent) throw new FileError('ENOENT', 'link', path);
    this.#checkWritable(place, path);
    this.#checkParent(place, path);
    this.#take(place, 0, 1, path);
    addName(node);
    place.parent.entries.set(place.name, node);
  }

  chmod(path: string, mode: number): void {
    const place = this.#walk(path, 'chmod');
    if (!place.node) throw new FileError('ENOENT', 'chmod', path);
    this.#checkWritable(place, path);
    if (this.identity.uid !== 0 && this.identity.uid !== place.node.uid)
      throw new FileError('EACCES', 'chmod', path);
    place.node.mode = mode & 0o7777;
  }

  chown(path: string, uid: number, gid: number): void {
    const place = this.#walk(path, 'chown');
    if (!place.node) throw new FileError('ENOENT', 'chown', path);
    this.#checkWritable(place, path);
    Object.assign(place.node, { uid, gid });
  }

  touch(path: string, modifiedMs = this.#now()): void {
    const place = this.#walk(path, 'utime');
    if (!place.node) return this.write(path, '');
    this.#checkWritable(place, path);
    place.node.modifiedMs = modifiedMs;
  }

  readlink(path: string): string {
    const node = this.stat(path, false);
    if (node.kind !== 'link') throw new FileError('EINVAL', 'readlink', path);
    return node.target;
  }

  /** The path with all links followed. */
  realpath(path: string): string {
    const place = this.#walk(path, 'realpath');
    if (!place.node) throw new FileError('ENOENT', 'realpath', path);
    return place.path;
  }

  #find(path: string, follow = true): Place | undefined {
    try {
      return this.#walk(path, 'stat', follow);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  #walk(path: string, call: string, follow = true, make = false): Place {
    if (path.length > LONGEST_PATH) throw new FileError('ENAMETOOLONG', call, path.slice(0, 100));
    let links = 0;
    let names = ContainerFiles.resolve('/', path).split('/').slice(1);
    if (names[0] === '') names = [];
    let at: Node = this.#root;
    let here = '';
    let parent: DirectoryNode | undefined;
    let mount: Mount | undefined = this.#mounts.get('/');
    for (let index = 0; index < names.length; index++) {
      if (names.length > DEEPEST) throw new FileError('ENAMETOOLONG', call, path);
      const name = names[index] ?? '';
      if (at.kind !== 'directory') throw new FileError('ENOTDIR', call, path);
      if (!this.#may(at, 1)) throw new FileError('EACCES', call, path);
      parent = at;
      const isLast = index === names.length - 1;
      const next = `${here}/${name}`;
      const mounted = this.#mounts.get(next);
      const node: Node | undefined = mounted ? mounted.node() : at.entries.get(name);
      if (mounted) mount = mounted;
      if (mount?.shared) this.sawShared = true;
      if (node?.kind === 'link' && (follow || !isLast)) {
        if (++links > MOST_LINKS) throw new FileError('ELOOP', call, path);
        const rest = names.slice(index + 1).join('/');
        names = ContainerFiles.resolve(here || '/', `${node.target}/${rest}`)
          .split('/')
          .slice(1);
        if (names[0] === '') names = [];
        at = this.#root;
        here = '';
        parent = undefined;
        mount = this.#mounts.get('/');
        index = -1;
        continue;
      }
      here = next;
      if (!node) {
        if (isLast) return { path: here, parent, name, node: undefined, mount };
        if (!make) throw new FileError('ENOENT', call, path);
        const place: Place = { path: here, parent, name, node: undefined, mount };
        this.#checkWritable(place, path);
        this.#take(place, 0, 1, path);
        at = this.#add(place, directory(0o755), path);
        continue;
      }
      at = node;
    }
    return { path: here || '/', parent, name: names.at(-1) ?? '', node: at, mount };
  }

  #add<N extends Node>({ parent, name }: Place, node: N, path: string): N {
    if (!parent) throw new FileError('ENOENT', 'open', path);
    if (!this.#may(parent, 2)) throw new FileError('EACCES', 'open', path);
    const setgid = (parent.mode & 0o2000) !== 0;
    node.uid = this.identity.uid;
    node.gid = setgid ? parent.gid : this.identity.gid;
    if (setgid && node.kind === 'directory') node.mode |= 0o2000;
    node.modifiedMs = this.#now();
    parent.entries.set(name, node);
    return node;
  }

  #checkWritable({ mount }: Place, path: string): void {
    if (mount ? mount.readOnly : this.#readOnlyRoot) throw new FileError('EROFS', 'open', path);
    this.wrote = true;
  }

  #checkParent({ parent }: Place, path: string): void {
    if (parent && !this.#may(parent, 2)) throw new FileError('EACCES', 'open', path);
  }

  #take(place: Place, bytes: number, entries: number, path: string): void {
    if (!takeSpace(this.#rootOf(place), { bytes, entries })) throw new FileError('ENOSPC', 'write', path);
  }

  /** The root of the file system an entry is in. */
  #rootOf({ mount }: Place): Node {
    return mount?.node() ?? this.#root;
  }

  #may(node: Node, bit: 1 | 2 | 4): boolean {
    const { uid, gid, groups } = this.identity;
    if (uid === 0) return true;
    const shift = node.uid === uid ? 6 : node.gid === gid || groups.includes(node.gid) ? 3 : 0;
    return ((node.mode >> shift) & bit) !== 0;
  }

  /** A mount needs something to be mounted on, which listings show. */
  #makeMountPoint(mount: Mount, known: ReadonlyMap<string, Mount>): void {
    const names = mount.path.split('/').filter((name) => name !== '');
    let at: Node = this.#root;
    let here = '';
    for (const [index, name] of names.entries()) {
      if (at.kind !== 'directory') return;
      here += `/${name}`;
      const isLast = index === names.length - 1;
      const mounted = isLast ? undefined : known.get(here)?.node();
      let next: Node | undefined = mounted ?? at.entries.get(name);
      // What links lead to was there before; the mount hides nothing behind them.
      if (!next || next.kind === 'link') {
        next = isLast && mount.node()?.kind === 'file' ? file('') : directory(0o755);
        at.entries.set(name, next);
      }
      at = next;
    }
  }
}

/** Kind of a node in the first letter of `ls -l`, and its permissions. */
export function modeText(node: Node): string {
  const letters = 'rwxrwxrwx';
  let text = node.kind === 'directory' ? 'd' : node.kind === 'link' ? 'l' : node.isDevice ? 'c' : '-';
  for (let bit = 0; bit < 9; bit++) text += node.mode & (0o400 >> bit) ? letters.charAt(bit) : '-';
  const special = (at: number, lower: string): void => {
    const has = text.charAt(at) === 'x';
    text = text.slice(0, at) + (has ? lower : lower.toUpperCase()) + text.slice(at + 1);
  };
  if (node.mode & 0o4000) special(3, 's');
  if (node.mode & 0o2000) special(6, 's');
  if (node.mode & 0o1000) special(9, 't');
  return text;
}

export const sizeOf = (node: Node): number =>
  node.kind === 'file'
    ? node.isDevice
      ? 0
      : bytesOf(node).length
    : node.kind === 'link'
      ? node.target.length
      : 4096;
