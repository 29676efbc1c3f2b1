import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every fetch adds a pack, and every read looks at all of them: beyond this the mirror is made anew. */
const MAX_PACKS = 50;
/** Renders that began on the old folder finish within their own limit, which is shorter. */
const KEEP_OLD_MS = 2 * 60_000;

/**
 * The folder of one repository's mirror: `<root>/<id>/<generation>.git`. A new generation takes the old one's place
 * at once; readers of the old one are left alone until they must be done.
 */
export class MirrorFolder {
  readonly #root: string;
  #generation: number;

  constructor(mirrorsDir: string, id: string) {
    this.#root = join(mirrorsDir, id);
    const generations = existing(this.#root);
    this.#generation = generations.at(-1) ?? 1;
    for (const old of generations.slice(0, -1)) void rm(this.#path(old), { recursive: true, force: true });
  }

  get gitDir(): string {
    return this.#path(this.#generation);
  }

  get exists(): boolean {
    return existsSync(join(this.gitDir, 'HEAD'));
  }

  async prepare(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
  }

  /** Has it collected so many packs that a fresh one is better? */
  async isWorn(): Promise<boolean> {
    const names = await readdir(join(this.gitDir, 'objects/pack')).catch((): string[] => []);
    return names.filter((name) => name.endsWith('.pack')).length > MAX_PACKS;
  }

  /** The next fetch starts from nothing. */
  startOver(): void {
    const old = this.gitDir;
    this.#generation++;
    setTimeout(
      () => void rm(old, { recursive: true, force: true }).catch(() => undefined),
      KEEP_OLD_MS,
    ).unref();
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  #path(generation: number): string {
    return join(this.#root, `${generation}.git`);
  }
}

/** The ids of mirrors into which nothing was fetched since. */
export async function oldMirrors(mirrorsDir: string, before: Date): Promise<string[]> {
  const ids = await readdir(mirrorsDir).catch((): string[] => []);
  const old = await Promise.all(
    ids.map(async (id) => {
      const root = join(mirrorsDir, id);
      const places = [root, ...existing(root).map((each) => join(root, `${each}.git/objects/pack`))];
      const times = await Promise.all(
        places.map(async (place) => (await stat(place).catch(() => undefined))?.mtimeMs ?? 0),
      );
      return Math.max(...times) < before.getTime();
    }),
  );
  return ids.filter((_, index) => old[index]);
}

function existing(root: string): number[] {
  try {
    return readdirSync(root)
      .map((name) => Number(/^(\d+)\.git$/.exec(name)?.[1]))
      .filter((generation) => Number.isInteger(generation) && generation > 0)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}
