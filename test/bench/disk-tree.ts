import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { MemoryFileTree } from '@lotse/manifests';

/** A folder of this machine as a tree in memory; links stay links. */
export function diskTree(folder: string): MemoryFileTree {
  const files: Record<string, Uint8Array | string> = {};
  const walk = (path: string): void => {
    for (const entry of readdirSync(`${folder}/${path}`, { withFileTypes: true })) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      const full = `${folder}/${inside}`;
      if (entry.isDirectory()) walk(inside);
      else if (entry.isSymbolicLink()) files[inside] = `\0link:${readlinkSync(full)}`;
      else if (entry.isFile()) files[inside] = readFileSync(full);
    }
  };
  walk('');
  return new MemoryFileTree(files);
}
