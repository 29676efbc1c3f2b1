import type { FileTree, FileTreeEntry } from './file-tree.js';

/**
 * Wraps a tree and remembers every path that was asked for, whether it was there or not: the exact inputs of a render.
 * A folder that was listed is recorded with a trailing `/`.
 */
export class RecordingFileTree implements FileTree {
  readonly #tree: FileTree;
  readonly #paths = new Set<string>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Everything asked for so far, sorted. */
  get paths(): string[] {
    return [...this.#paths].sort();
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    this.#paths.add(path);
    return this.#tree.stat(path);
  }

  read(path: string): Uint8Array | undefined {
    this.#paths.add(path);
    return this.#tree.read(path);
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    this.#paths.add(`${path}/`);
    return this.#tree.list(path);
  }

  link(path: string): string | undefined {
    this.#paths.add(path);
    return this.#tree.link(path);
  }
}
