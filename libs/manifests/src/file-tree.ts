/** One entry of a folder. Links and submodules are visible as what they are and never followed. */
export interface FileTreeEntry {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'link' | 'submodule';
}

/**
 * A read-only tree of files: a Git tree at a commit, a chart archive, or a map in a test.
 *
 * Paths use `/`, are relative to the root of the tree and normalised (no `.`, `..` or empty parts);
 * the root is `''`. Nothing outside the tree can be named, so nothing outside can be read.
 * Implementations are synchronous: the bytes are brought before a render starts.
 */
export interface FileTree {
  /** What is at `path`; undefined when nothing is there. */
  stat(path: string): FileTreeEntry['type'] | undefined;
  /** Bytes of the file at `path`; undefined when it is missing or not a regular file. */
  read(path: string): Uint8Array | undefined;
  /** Entries of the folder at `path`, sorted by name as bytes; undefined when it is missing or not a folder. */
  list(path: string): readonly FileTreeEntry[] | undefined;
  /** Target of the link at `path` as written; undefined when it is not a link. */
  link(path: string): string | undefined;
}

/**
 * Joins and normalises tree paths. Undefined when the result would leave the tree.
 * A leading `/` in `path` names the root of the tree.
 */
export function joinTreePath(base: string, path: string): string | undefined {
  const parts: string[] = [];
  const source = path.startsWith('/') ? path : `${base}/${path}`;
  for (const part of source.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.join('/');
}
