import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MemoryFileTree } from '@lotse/manifests';

/** A folder of this machine as a tree in memory; links stay links. */
export function diskTree(folder: string): MemoryFileTree {
  const files: Record<string, Uint8Array | string> = {};
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (entry.isSymbolicLink()) files[relative(folder, full)] = `\0link:${readlinkSync(full)}`;
      else if (entry.isFile()) files[relative(folder, full)] = readFileSync(full);
    }
  };
  walk(folder);
  return new MemoryFileTree(files);
}
