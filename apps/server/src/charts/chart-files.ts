import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is used now isn't removed, even when the folder is full. */
const IN_USE_MS = 10 * 60_000;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Indexes and archives on disk, a folder for each repository and credentials: who may not read a private repository
 * doesn't get what others fetched from it. All of it can be deleted at any time; what was used longest ago goes first.
 */
export class ChartFiles {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #known = new Map<string, { bytes: number; usedAt: number }>();
  readonly #verified = new Set<string>();
  #loading: Promise<void> | undefined;

  constructor(root: string, maxBytes: number) {
    this.#root = root;
    this.#maxBytes = maxBytes;
  }

  /** The file of an archive, if it is here and whole. */
  async archive(space: string, digest: string): Promise<string | undefined> {
    await this.#load();
    const name = join(space, `${digest}.tgz`);
    if (!this.#known.has(name)) return undefined;
    const file = join(this.#root, name);
    try {
      if (this.#verified.has(name)) await stat(file);
      else if (
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex') !== digest
      ) {
        await this.#remove(name);
        return undefined;
      }
    } catch {
      this.#known.delete(name);
      return undefined;
    }
    this.#verified.add(name);
    this.#touch(name);
    return file;
  }

  /** Keeps an archive under its digest; answers the file. */
  async putArchive(space: string, digest: string, content: Uint8Array): Promise<string> {
    const name = join(space, `${digest}.tgz`);
    await this.put(name, content);
    this.#verified.add(name);
    return join(this.#root, name);
  }

  /** Content of another file; undefined when it isn't there. */
  async get(name: string): Promise<Buffer | undefined> {
    await this.#load();
    try {
      const content = await readFile(join(this.#root, name));
      this.#touch(name);
      return content;
    } catch {
      return undefined;
    }
  }

  /** Where a file is, or would be. */
  path(name: string): string {
    return join(this.#root, name);
  }

  /** Writes a file: whole, or not at all. */
  async put(name: string, content: Uint8Array | string): Promise<void> {
    await this.#load();
    const file = join(this.#root, name);
    await mkdir(join(file, '..'), { recursive: true, mode: PRIVATE_FOLDER });
    const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
    try {
      await writeFile(temporary, content, { mode: PRIVATE_FILE });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#known.delete(name);
    this.#known.set(name, { bytes: content.length, usedAt: Date.now() });
    await this.#shrink();
  }

  #touch(name: string): void {
    const entry = this.#known.get(name);
    if (!entry) return;
    this.#known.delete(name);
    this.#known.set(name, { ...entry, usedAt: Date.now() });
  }

  async #shrink(): Promise<void> {
    let bytes = [...this.#known.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [name, entry] of this.#known) {
      if (bytes <= this.#maxBytes || Date.now() - entry.usedAt < IN_USE_MS) return;
      bytes -= entry.bytes;
      await this.#remove(name);
    }
  }

  async #remove(name: string): Promise<void> {
    this.#known.delete(name);
    this.#verified.delete(name);
    await rm(join(this.#root, name), { force: true });
  }

  #load(): Promise<void> {
    this.#loading ??= this.#scan();
    return this.#loading;
  }

  async #scan(): Promise<void> {
    const found: [name: string, bytes: number, usedAt: number][] = [];
    for (const space of await readdir(this.#root).catch(() => [])) {
      for (const file of await readdir(join(this.#root, space)).catch(() => [])) {
        const name = join(space, file);
        // left by a write that was cut off
        if (file.endsWith('.part')) await rm(join(this.#root, name), { force: true });
        else {
          const { size, mtimeMs } = await stat(join(this.#root, name));
          found.push([name, size, mtimeMs]);
        }
      }
    }
    for (const [name, bytes, usedAt] of found.sort((a, b) => a[2] - b[2]))
      this.#known.set(name, { bytes, usedAt });
  }
}
