import { expandBraces } from '../sources/glob.js';
import type { FileTree } from '@lotse/manifests';
import { generatorError } from './generator-error.js';

/** Entries looked at for one generator: a tree beyond this is read for minutes. */
const MAX_ENTRIES = 200_000;

/**
 * The folders or files that patterns could take, in order: only below the part of a pattern that has no wildcard, and
 * only as deep as it goes. Names that begin with a dot are not looked into. Links are never followed.
 */
export function walkTree(
  tree: FileTree,
  patterns: readonly string[],
  wanted: 'folder' | 'file',
  where: string,
): string[] {
  const found = new Set<string>();
  let entries = 0;
  const walk = (folder: string, depth: number): void => {
    for (const { name, type } of tree.list(folder) ?? []) {
      if (++entries > MAX_ENTRIES)
        throw generatorError(where, `looks at more than ${MAX_ENTRIES} files. Make its patterns narrower.`);
      const path = folder === '' ? name : `${folder}/${name}`;
      if (type === wanted && (wanted === 'file' || !name.startsWith('.'))) found.add(path);
      if (type === 'folder' && depth > 1 && !name.startsWith('.')) walk(path, depth - 1);
    }
  };
  for (const pattern of new Set(patterns.flatMap(expandBraces))) {
    const parts = pattern.split('/');
    const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
    const fixed = parts.slice(0, wild < 0 ? parts.length - 1 : wild);
    walk(fixed.join('/'), pattern.includes('**') ? Number.POSITIVE_INFINITY : parts.length - fixed.length);
  }
  return [...found].sort();
}
