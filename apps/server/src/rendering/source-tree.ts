import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chartArchiveTree } from '@lotse/helm';
import { MemoryFileTree, type FileTree, type FileTreeEntry } from '@lotse/manifests';
import { GitFileTree, type GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import type { IdentifiedTree } from './fingerprint.js';

/** Where a chart from a repository of charts is on this machine: plain data, as for Git. */
export interface ChartLocation {
  /** The archive's file. */
  readonly archive: string;
  /** SHA-256 of it. */
  readonly digest: string;
  readonly version: string;
}

/** Files that somebody sent, to see what they would change: the location is the files themselves. */
export interface SentFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** SHA-256 of them. */
  readonly digest: string;
  readonly version: string;
}

/** Where the files of a source are. */
export type SourceLocation = GitTreeLocation | ChartLocation | SentFiles;

/** The files of a source, open. */
export interface SourceTree extends FileTree, IdentifiedTree {
  stat(path: string): FileTreeEntry['type'] | undefined;
  list(path: string): readonly FileTreeEntry[] | undefined;
  close(): void;
}

/** Opens the files of a source in this thread. Close them when done. */
export function openSource(location: SourceLocation): SourceTree {
  if ('archive' in location) return new HeldTree(chartArchiveTree(readFileSync(location.archive)));
  if ('files' in location) return new HeldTree(new MemoryFileTree(new Map(location.files)));
  return GitFileTree.open(location);
}

/** What a source's content is known by: its commit, or the digest of the archive. */
export function contentId(location: SourceLocation): string {
  return 'digest' in location ? location.digest : location.commit;
}

/** What people call it: the commit, or the version of the chart. */
export function revisionOf(location: SourceLocation): string {
  return 'version' in location ? location.version : location.commit;
}

/** A tree of files that are in memory. */
class HeldTree implements SourceTree {
  readonly #files: FileTree;

  constructor(files: FileTree) {
    this.#files = files;
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    return this.#files.stat(path);
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.read(path);
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    return this.#files.list(path);
  }

  link(path: string): string | undefined {
    return this.#files.link(path);
  }

  oid(path: string): string | undefined {
    const content = this.#files.read(path);
    return content && createHash('sha256').update(content).digest('hex');
  }

  close(): void {
    // the bytes go with the tree
  }
}
