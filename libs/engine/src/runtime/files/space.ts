import type { DirectoryNode, FileNode, Node } from './file-node.js';

/** Bytes the files of one file system may take, and how many entries may be made in it: memory of the host. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ENTRIES = 20_000;

/** What was written to a file system. */
interface Space {
  bytes: number;
  entries: number;
}

/** By the root: a volume outlives the containers that write to it, and what they wrote is still there for the next. */
const taken = new WeakMap<Node, Space>();
/** Names of a file beside its first: its bytes are free again when the last one goes. */
const furtherNames = new WeakMap<FileNode, number>();

/** Takes space of a file system; false when it has not got it. */
export function takeSpace(root: Node, { bytes, entries }: Readonly<Space>): boolean {
  const before = taken.get(root) ?? { bytes: 0, entries: 0 };
  const after = { bytes: before.bytes + bytes, entries: before.entries + entries };
  if ((bytes > 0 && after.bytes > MOST_BYTES) || (entries > 0 && after.entries > MOST_ENTRIES)) return false;
  // What images and other mounts of the same volume brought is given back without having been taken.
  taken.set(root, { bytes: Math.max(0, after.bytes), entries: Math.max(0, after.entries) });
  return true;
}

/** What is taken of a file system, and what there is. */
export function spaceOf(root: Node): { readonly usedBytes: number; readonly totalBytes: number } {
  return { usedBytes: taken.get(root)?.bytes ?? 0, totalBytes: MOST_BYTES };
}

/** Notes a further name of a file. */
export function addName(node: FileNode): void {
  furtherNames.set(node, (furtherNames.get(node) ?? 0) + 1);
}

/** Gives back what an entry took, with all that is in it. */
export function freeSpace(root: Node, node: Node): void {
  let bytes = 0;
  let entries = 0;
  for (const { entry } of entriesOf(node)) {
    entries++;
    if (entry.kind === 'link') bytes += entry.target.length;
    if (entry.kind !== 'file') continue;
    const names = furtherNames.get(entry) ?? 0;
    if (names > 0) furtherNames.set(entry, names - 1);
    else if (typeof entry.content === 'string') bytes += entry.content.length;
  }
  takeSpace(root, { bytes: -bytes, entries: -entries });
}

/** Takes the space of an entry and all that is in it in another file system, and gives it back in its own. */
export function moveSpace(from: Node, to: Node, node: Node): boolean {
  if (from === to) return true;
  let bytes = 0;
  let entries = 0;
  for (const { entry } of entriesOf(node)) {
    entries++;
    if (entry.kind === 'file' && typeof entry.content === 'string') bytes += entry.content.length;
  }
  if (!takeSpace(to, { bytes, entries })) return false;
  takeSpace(from, { bytes: -bytes, entries: -entries });
  return true;
}

/** How many directories lie one in another. */
export function depthOf(node: Node): number {
  let deepest = 0;
  for (const { depth } of entriesOf(node)) deepest = Math.max(deepest, depth);
  return deepest;
}

function* entriesOf(node: Node): Generator<{ readonly entry: Node; readonly depth: number }> {
  const open: { readonly entry: Node; readonly depth: number }[] = [{ entry: node, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    if (next.entry.kind === 'directory') {
      const { entries }: DirectoryNode = next.entry;
      for (const entry of entries.values()) open.push({ entry, depth: next.depth + 1 });
    }
  }
}
