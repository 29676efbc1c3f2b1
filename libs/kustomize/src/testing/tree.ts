import { MemoryFileTree } from '@lotse/manifests';
import { buildKustomization, type KustomizeBuildRequest } from '../build-kustomization.js';

/** The files of a text in which `-- path --` begins each of them. */
export function filesOf(text: string): Record<string, string> {
  const [, ...parts] = text.split(/^-- (\S+) --\n/m);
  const files: Record<string, string> = {};
  for (let at = 0; at + 1 < parts.length; at += 2) files[parts[at] ?? ''] = parts[at + 1] ?? '';
  return files;
}

/** Builds the kustomization at the root of such files. */
export function buildTree(text: string, options: Partial<KustomizeBuildRequest> = {}): string {
  return buildKustomization({ tree: new MemoryFileTree(filesOf(text)), path: '', ...options }).text;
}
