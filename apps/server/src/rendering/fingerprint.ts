import { createHash } from 'node:crypto';
import type { FileTreeEntry } from '@lotse/manifests';

/** A tree whose entries have ids: equal ids mean equal content. */
export interface IdentifiedTree {
  oid(path: string): string | undefined;
  stat(path: string): FileTreeEntry['type'] | undefined;
  list(path: string): readonly FileTreeEntry[] | undefined;
}

/**
 * Fingerprint of one recorded input: for a file or link its content, for a folder that was only asked for that it is
 * one, for a listing (`path/`) the names and types in it. Null when there is nothing.
 */
export function fingerprint(tree: IdentifiedTree, path: string): string | null {
  if (path.endsWith('/') || path === '') return listing(tree, path.replace(/\/$/, ''));
  const type = tree.stat(path);
  if (type === undefined) return null;
  return type === 'folder' ? 'folder' : `${type} ${tree.oid(path) ?? ''}`;
}

function listing(tree: IdentifiedTree, path: string): string | null {
  const entries = tree.list(path);
  if (!entries) return null;
  const hash = createHash('sha256');
  for (const { name, type } of entries) hash.update(`${type} ${name}\0`);
  return hash.digest('base64url');
}
