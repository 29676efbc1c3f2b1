import { joinTreePath, type FileTree } from './file-tree.js';

/** Links followed for one path, as Linux allows. */
const MAX_LINKS = 40;

/** Follows links in every part of a path; undefined when one leaves the tree or they lead in circles. */
export function resolveTreeLinks(tree: FileTree, path: string): string | undefined {
  let links = 0;
  let pending = path.split('/').filter((part) => part !== '');
  let done = '';
  while (pending.length > 0) {
    const [part = '', ...rest] = pending;
    const next = done === '' ? part : `${done}/${part}`;
    if (tree.stat(next) !== 'link') {
      done = next;
      pending = rest;
      continue;
    }
    const target = tree.link(next);
    if (target === undefined || target.startsWith('/') || ++links > MAX_LINKS) return undefined;
    const joined = joinTreePath(done, target);
    if (joined === undefined) return undefined;
    pending = [...joined.split('/').filter((name) => name !== ''), ...rest];
    done = '';
  }
  return done;
}
