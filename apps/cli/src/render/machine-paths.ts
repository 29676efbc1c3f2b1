import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The words of a build for this machine: its tree is the whole machine, so paths of the tree are absolute ones, and there
 * is no repository.
 */
export function ofThisMachine(message: string, folder: string): string {
  return message
    .replace(/[^\s'":;]+/g, (word) => (isOfTree(word, folder.replace(/^\//, '')) ? `/${word}` : word))
    .replace(': it is outside of the repository', '')
    .replace('is outside of the repository', 'leads above the root folder')
    .replace('is not a folder of the tree', 'is not a folder')
    .replace('; only files of the repository can be read', '; add --allow-remote to fetch it');
}

/** Paths that a kustomization gives are relative to it; those of the tree begin where the machine does. */
function isOfTree(word: string, folder: string): boolean {
  if (word === folder || word.startsWith(`${folder}/`)) return true;
  const [top] = folder.split('/', 1);
  const parent = dirname(`/${word}`);
  return parent !== '/' && word.startsWith(`${top}/`) && existsSync(parent);
}
