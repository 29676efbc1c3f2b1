import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filePerObject, type KustomizeBuildResult } from '@lotse/kustomize';
import { CliError } from '../cli-error.js';
import { whyUnwritable } from '../file-problem.js';

/** Writes what was built to a file, or to a file per object when the path is a folder. */
export function writeResult(path: string, { objects, text }: KustomizeBuildResult): void {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const files = isFolder ? filePerObject(objects) : new Map([['', text]]);
  for (const [name, content] of files) {
    const file = name === '' ? path : join(path, name);
    try {
      writeFileSync(file, content);
    } catch (error) {
      throw new CliError(whyUnwritable(file, error));
    }
  }
}
