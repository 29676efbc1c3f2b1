import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { CliError, EXIT } from '../cli-error.js';
import { DiskFileTree } from '../render/disk-file-tree.js';

/** What a server takes in one request, less what Base64 adds and the names. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 5_000;

/** A working copy as it is sent. */
export interface LocalFiles {
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Reads the files below `root`, of which `folder` is what an application delivers. What belongs to Git is left out. */
export function localFiles(folder: string, root = folder): LocalFiles {
  for (const each of [folder, root])
    if (!statSync(each, { throwIfNoEntry: false })?.isDirectory())
      throw new CliError(`${each} is no folder`, EXIT.usage);
  const path = relative(resolve(root), resolve(folder)).replaceAll(sep, '/');
  if (path === '..' || path.startsWith('../'))
    throw new CliError(`${folder} is not below --local-repo-root ${root}`, EXIT.usage);
  const tree = new DiskFileTree(root);
  const files = new Map<string, string>();
  let bytes = 0;
  const visit = (parent: string): void => {
    for (const { name, type } of tree.list(parent) ?? []) {
      const inside = parent === '' ? name : `${parent}/${name}`;
      if (type === 'folder' && name !== '.git') visit(inside);
      const content = type === 'file' ? tree.read(inside) : undefined;
      if (!content) continue;
      bytes += content.length;
      files.set(inside, Buffer.from(content).toString('base64'));
      if (bytes > MAX_BYTES || files.size > MAX_FILES)
        throw new CliError(
          `${root} has more than ${MAX_FILES} files or ${MAX_BYTES} bytes, which are not sent: name a smaller folder with --local-repo-root`,
          EXIT.usage,
        );
    }
  };
  visit('');
  return { path, files: Object.fromEntries(files) };
}
