import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MemoryFileTree } from '@lotse/manifests';

/** A folder of this machine as a tree in memory. */
export function diskTree(folder: string): MemoryFileTree {
  const files: Record<string, Uint8Array> = {};
  const walk = (path: string): void => {
    for (const name of readdirSync(path)) {
      const full = join(path, name);
      if (statSync(full).isDirectory()) walk(full);
      else files[relative(folder, full)] = readFileSync(full);
    }
  };
  walk(folder);
  return new MemoryFileTree(files);
}
