import {
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import type { FileTree, FileTreeEntry } from '@lotse/manifests';

/**
 * A folder of this machine as a tree, read when asked. Links are followed as helm and kustomize follow them, as long as
 * they stay below the root; others are shown as links, which renderers do not read.
 */
export class DiskFileTree implements FileTree {
  readonly #root: string;
  /** Files that a listing showed to be no links: they need no second look. */
  readonly #plain = new Set<string>();

  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    return this.#type(this.#full(path));
  }

  read(path: string): Uint8Array | undefined {
    const full = this.#full(path);
    return this.#plain.has(full) || this.#type(full) === 'file' ? readFileSync(full) : undefined;
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    const full = this.#full(path);
    if (this.#type(full) !== 'folder') return undefined;
    return readdirSync(full, { withFileTypes: true })
      .map((entry) => ({ entry, key: Buffer.from(entry.name) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
      .flatMap(({ entry }) => this.#entry(entry, full));
  }

  /** Paths of a tree are normalised already. */
  #full(path: string): string {
    return path === '' ? this.#root : `${this.#root === '/' ? '' : this.#root}/${path}`;
  }

  #entry(entry: Dirent, folder: string): FileTreeEntry[] {
    const { name } = entry;
    const full = `${folder}/${name}`;
    if (entry.isDirectory()) return [{ name, type: 'folder' }];
    if (entry.isFile()) {
      this.#plain.add(full);
      return [{ name, type: 'file' }];
    }
    const type = this.#type(full);
    return type ? [{ name, type }] : [];
  }

  link(path: string): string | undefined {
    const full = this.#full(path);
    return this.#type(full) === 'link' ? readlinkSync(full) : undefined;
  }

  #type(full: string): FileTreeEntry['type'] | undefined {
    try {
      if (lstatSync(full).isSymbolicLink() && !this.#isInside(realpathSync(full))) return 'link';
      const stat = statSync(full);
      return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
    } catch {
      // Nothing there, or a link that leads nowhere.
      return undefined;
    }
  }

  #isInside(real: string): boolean {
    return this.#root === '/' || real === this.#root || real.startsWith(`${this.#root}/`);
  }
}
