import { GitError } from '../git.errors.js';
import type { ObjectStore } from './object-store.js';

/** Files and folders of one commit; a repository of manifests has thousands. */
const MAX_ENTRIES = 1_000_000;

/** The first object that a commit's files and folders need and the store lacks; undefined when it has them all. */
export function findMissingObject(store: ObjectStore, commit: string): string | undefined {
  const root = store.commit(store.peel(commit)).tree;
  const seen = new Set<string>([root]);
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!store.has(folder)) return folder;
    for (const { oid, type } of store.tree(folder)) {
      if (type === 'submodule' || seen.has(oid)) continue;
      if (seen.size >= MAX_ENTRIES)
        throw new GitError(
          'repository_too_large',
          `The commit ${commit} has more than ${MAX_ENTRIES} files.`,
        );
      seen.add(oid);
      if (type === 'folder') folders.push(oid);
      else if (!store.has(oid)) return oid;
    }
  }
  return undefined;
}
