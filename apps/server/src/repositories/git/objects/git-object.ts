/** The kinds of Git objects. */
export type GitObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object's kind and content. */
export interface GitObject {
  readonly type: GitObjectType;
  readonly data: Buffer;
}

/** One entry of a tree. */
export interface TreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly oid: string;
  readonly type: 'file' | 'folder' | 'link' | 'submodule';
}

/** What is known about a commit. Dates are in UTC; `authorOffsetMinutes` is the author's time zone. */
export interface CommitInfo {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly authorEmail: string;
  readonly date: Date;
  readonly message: string;
}

/** A tree's entries; undefined when the bytes are no tree. Names that could lead out of the tree are left out. */
export function parseTree(data: Buffer): TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const end = space < 0 ? -1 : data.indexOf(0, space + 1);
    if (end < 0 || end + 21 > data.length) return undefined;
    const mode = data.toString('latin1', at, space);
    const name = data.toString('utf8', space + 1, end);
    const oid = data.toString('hex', end + 1, end + 21);
    at = end + 21;
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) continue;
    entries.push({ name, mode, oid, type: typeOf(mode) });
  }
  return entries;
}

function typeOf(mode: string): TreeEntry['type'] {
  if (mode === '40000' || mode === '040000') return 'folder';
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : 'file';
}

/** A commit's facts; undefined when the bytes are no commit. */
export function parseCommit(data: Buffer): CommitInfo | undefined {
  const text = data.toString('utf8');
  const split = text.indexOf('\n\n');
  const head = split < 0 ? text : text.slice(0, split);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(head)?.[1];
  const author = /^author (.*?) ?<([^>\n]*)> (\d{1,12}) [+-]\d{4}$/m.exec(head);
  if (tree === undefined) return undefined;
  return {
    tree,
    parents: [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((match) => match[1] ?? ''),
    author: author?.[1] ?? '',
    authorEmail: author?.[2] ?? '',
    date: new Date(Number(author?.[3] ?? 0) * 1_000),
    message: split < 0 ? '' : text.slice(split + 2),
  };
}

/** What an annotated tag leads to. */
export function parseTag(data: Buffer): { object: string; type: string } | undefined {
  const match = /^object ([0-9a-f]{40})\ntype (\w+)\n/.exec(data.toString('utf8', 0, 256));
  return match?.[1] !== undefined && match[2] !== undefined
    ? { object: match[1], type: match[2] }
    : undefined;
}
