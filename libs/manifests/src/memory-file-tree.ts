import type { FileTree, FileTreeEntry } from './file-tree.js';

/** A tree held in memory, made from a map of path to content. Content starting with `\0link:` is a link. */
export class MemoryFileTree implements FileTree {
  readonly #files = new Map<string, Uint8Array>();
  readonly #links = new Map<string, string>();
  readonly #folders = new Map<string, Map<string, FileTreeEntry>>([['', new Map()]]);

  constructor(files: Record<string, string | Uint8Array> | Map<string, string | Uint8Array>) {
    const encoder = new TextEncoder();
    for (const [path, content] of files instanceof Map ? files : Object.entries(files)) {
      if (typeof content === 'string' && content.startsWith('\0link:')) {
        this.#links.set(path, content.slice(6));
        this.#enter(path, 'link');
      } else {
        this.#files.set(path, typeof content === 'string' ? encoder.encode(content) : content);
        this.#enter(path, 'file');
      }
    }
  }

  stat(path: string): FileTreeEntry['type'] | undefined {
    if (this.#files.has(path)) return 'file';
    if (this.#links.has(path)) return 'link';
    return this.#folders.has(path) ? 'folder' : undefined;
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  list(path: string): readonly FileTreeEntry[] | undefined {
    const folder = this.#folders.get(path);
    return folder && [...folder.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  link(path: string): string | undefined {
    return this.#links.get(path);
  }

  #enter(path: string, type: FileTreeEntry['type']): void {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : path.slice(0, slash);
    const name = path.slice(slash + 1);
    let folder = this.#folders.get(parent);
    if (!folder) {
      folder = new Map();
      this.#folders.set(parent, folder);
      this.#enter(parent, 'folder');
    }
    folder.set(name, { name, type });
  }
}
