import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileTree, FileTreeEntry } from '@lotse/manifests';

/**
 * A folder of this machine as a tree, read when asked. Links are followed as helm and kustomize follow them, as long as
 * they stay below the root; others are shown as links, which renderers do not read.
 */
export class DiskFileTree implements FileTree {
  readonly #root: string;

  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    return this.#type(join(this.#root, path));
  }

  read(path: string): Uint8Array | undefined {
    const full = join(this.#root, path);
    return this.#type(full) === 'file' ? readFileSync(full) : undefined;
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    const full = join(this.#root, path);
    if (this.#type(full) !== 'folder') return undefined;
    return readdirSync(full)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .flatMap((name) => {
        const type = this.#type(join(full, name));
        return type ? [{ name, type }] : [];
      });
  }

  link(path: string): string | undefined {
    const full = join(this.#root, path);
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
