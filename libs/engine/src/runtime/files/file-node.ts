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

/** Where bytes are that are no text: each as half of a pair that no text has, as Python does it (PEP 383). */
const NO_TEXT = 0xdc00;
const LONE = /[\udc80-\udcff]/u;

/** Text as bytes, a character each. */
export function bytesFromText(text: string): string {
  if (!LONE.test(text)) return Buffer.from(text, 'utf8').toString('latin1');
  return text
    .split(/([\udc80-\udcff]+)/u)
    .map((part, index) =>
      index % 2 === 0
        ? Buffer.from(part, 'utf8').toString('latin1')
        : part.replace(/./gu, (char) => String.fromCharCode(char.charCodeAt(0) - NO_TEXT)),
    )
    .join('');
}

/** Bytes, a character each, as text, from which `bytesFromText` makes the same bytes again. */
export function textFromBytes(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  if (!text.includes('\ufffd')) return text;
  // What is text is taken as such, one sequence of UTF-8 after the other.
  return bytes.replace(
    /([^\x80-\xff]{1,4096}|(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}){1,512})|([^])/g,
    (_, known: string | undefined, other = '') =>
      known === undefined
        ? String.fromCharCode(NO_TEXT + other.charCodeAt(0))
        : Buffer.from(known, 'latin1').toString('utf8'),
  );
}

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
