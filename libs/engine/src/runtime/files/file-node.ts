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
/** Characters that are put together at a time. */
const UNITS_AT_ONCE = 4096;

/** Text as bytes, a character each. */
export function bytesFromText(text: string): string {
  if (!LONE.test(text)) return Buffer.from(text, 'utf8').toString('latin1');
  const bytes = Buffer.alloc(3 * text.length);
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const point = text.codePointAt(at) ?? 0;
    if (unit < 0x80) bytes[end++] = unit;
    else if (unit >= NO_TEXT + 0x80 && unit <= NO_TEXT + 0xff) bytes[end++] = unit - NO_TEXT;
    else end += bytes.write(String.fromCodePoint(point), end);
    if (point > 0xffff) at++;
  }
  return bytes.toString('latin1', 0, end);
}

/** Bytes, a character each, as text, from which `bytesFromText` makes the same bytes again. */
export function textFromBytes(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let read = '';
  const units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.charCodeAt(at);
    const length = lead < 0x80 ? 1 : sequenceLength(bytes, at, lead);
    if (length <= 1) units.push(lead < 0x80 ? lead : NO_TEXT + lead);
    else {
      let point = lead & (0xff >> (length + 1));
      for (let next = 1; next < length; next++) point = (point << 6) | (bytes.charCodeAt(at + next) & 0x3f);
      if (point < 0x10000) units.push(point);
      else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
    }
    at += Math.max(1, length);
    if (units.length < UNITS_AT_ONCE) continue;
    read += String.fromCharCode(...units);
    units.length = 0;
  }
  return read + String.fromCharCode(...units);
}

/** How many bytes from there are one character of UTF-8 (RFC 3629); 0 when they are none. */
function sequenceLength(bytes: string, at: number, lead: number): number {
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let next = 1; next < length; next++) {
    const byte = bytes.charCodeAt(at + next);
    // Behind the end there is no number at all.
    if (!(byte >= (next === 1 ? lowest : 0x80) && byte <= (next === 1 ? highest : 0xbf))) return 0;
  }
  return length;
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
