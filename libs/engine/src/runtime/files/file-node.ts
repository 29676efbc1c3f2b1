/** What every entry of a file system has. Modes are permission bits with setuid, setgid and sticky. */
interface Entry {
  mode: number;
  uid: number;
  gid: number;
  /** Milliseconds since the epoch. */
  modifiedMs: number;
}

export interface FileNode extends Entry {
  readonly kind: 'file';
  /** The bytes, a character each (latin1); or how to get them, for contents made when they are read. */
  content: string | (() => string);
  /** True for what has no length, and takes whatever is written to it. */
  readonly isDevice?: boolean;
}

export interface DirectoryNode extends Entry {
  readonly kind: 'directory';
  readonly entries: Map<string, Node>;
}

export interface LinkNode extends Entry {
  readonly kind: 'link';
  readonly target: string;
}

/** An entry of a file system in memory. */
export type Node = FileNode | DirectoryNode | LinkNode;

/** Owner of a new entry. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

export function directory(mode = 0o755, { uid, gid } = ROOT, modifiedMs = 0): DirectoryNode {
  return { kind: 'directory', mode, uid, gid, modifiedMs, entries: new Map() };
}

export function file(
  content: FileNode['content'],
  mode = 0o644,
  { uid, gid } = ROOT,
  modifiedMs = 0,
): FileNode {
  return { kind: 'file', mode, uid, gid, modifiedMs, content };
}

/** What is read from it is made when it is read. */
export function device(content: () => string): FileNode {
  return { kind: 'file', mode: 0o666, ...ROOT, modifiedMs: 0, content, isDevice: true };
}

export function link(target: string, modifiedMs = 0): LinkNode {
  return { kind: 'link', mode: 0o777, ...ROOT, modifiedMs, target };
}

/** The bytes of a file, a character each. */
export function bytesOf({ content }: FileNode): string {
  return typeof content === 'string' ? content : content();
}

/** Text as bytes, a character each. */
export const bytesFromText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Bytes, a character each, as text. */
export const textFromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** Puts an entry at a path below a directory, making the directories on its way. Nothing leaves the tree: `..` is a name no entry has. */
export function place(root: DirectoryNode, path: string, node: Node, owner: Owner = ROOT): void {
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  const last = names.pop();
  if (last === undefined) return;
  let at = root;
  for (const name of names) {
    const found = at.entries.get(name);
    if (found?.kind === 'directory') at = found;
    else {
      const made = directory(0o755, owner, node.modifiedMs);
      at.entries.set(name, made);
      at = made;
    }
  }
  at.entries.set(last, node);
}

/** A copy that can be changed by itself. */
export function copyOf<N extends Node>(node: N): N {
  const copied = (entry: Node): Node =>
    entry.kind === 'directory' ? { ...entry, entries: new Map(entry.entries) } : { ...entry };
  const top = copied(node);
  const open: Node[] = [top];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind !== 'directory') continue;
    for (const [name, entry] of next.entries) {
      const copy = copied(entry);
      next.entries.set(name, copy);
      if (copy.kind === 'directory') open.push(copy);
    }
  }
  return top as N;
}
