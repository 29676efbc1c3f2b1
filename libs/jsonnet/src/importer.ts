import { joinTreePath, resolveTreeLinks, type FileTree } from '@lotse/manifests';
import type { JsonnetLimits } from './limits.js';
import { jsonnetError, type Source } from './source.js';

/** A file that a program imports. */
export interface ImportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Finds imported files: beside the importing one, then in the library folders, the last first. Never outside of the tree. */
export class Importer {
  readonly #tree: FileTree;
  readonly #libraries: readonly string[];
  readonly #limits: JsonnetLimits;
  readonly #files = new Map<string, ImportedFile>();

  constructor(tree: FileTree, libraries: readonly string[], limits: JsonnetLimits) {
    this.#tree = tree;
    this.#libraries = libraries;
    this.#limits = limits;
  }

  find(path: string, from: Source, at: number): ImportedFile {
    const folder = from.name.includes('/') ? from.name.slice(0, from.name.lastIndexOf('/')) : '';
    const places = from.name.startsWith('<') ? [] : [folder];
    places.push(...this.#libraries.toReversed());
    if (path.startsWith('/'))
      throw jsonnetError(
        'import',
        `${path} is an absolute path. Name files of the repository relative to this one.`,
        from,
        at,
      );
    let left = false;
    for (const place of places) {
      const joined = joinTreePath(place, path);
      const resolved = joined === undefined ? undefined : resolveTreeLinks(this.#tree, joined);
      if (joined === undefined || resolved === undefined) {
        left ||= joined === undefined || this.#tree.stat(joined) === 'link';
        continue;
      }
      if (this.#tree.stat(resolved) === 'file') return this.read(resolved, from, at);
    }
    throw jsonnetError(
      'import',
      left
        ? `import ${JSON.stringify(path)} leads out of the repository. Only files of the repository are read.`
        : `couldn't open import ${JSON.stringify(path)}: no match locally or in the library folders (${this.#libraries.join(', ') || 'none'})`,
      from,
      at,
    );
  }

  read(path: string, from: Source, at: number): ImportedFile {
    const known = this.#files.get(path);
    if (known) return known;
    const bytes = this.#tree.read(path);
    if (!bytes) throw jsonnetError('import', `${path} does not exist`, from, at);
    if (bytes.length > this.#limits.maxFileBytes)
      throw jsonnetError('limit', `${path} is larger than ${this.#limits.maxFileBytes} bytes`, from, at);
    if (this.#files.size >= this.#limits.maxFiles)
      throw jsonnetError('limit', `more than ${this.#limits.maxFiles} files are imported`, from, at);
    const file = { name: path, bytes, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
    this.#files.set(path, file);
    return file;
  }
}
