import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import git from 'isomorphic-git';

/** The folder `examples` of this installation, wherever this file was built to. */
function examplesFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let depth = 0; depth < 8; depth++) {
    const candidate = join(folder, 'examples');
    if (existsSync(join(candidate, 'directory'))) return candidate;
    folder = dirname(folder);
  }
  return undefined;
}

/** Makes a Git repository of the examples in the data folder; answers its path. Undefined when the examples aren't installed. */
export async function makeDemoRepository(dataDir: string): Promise<string | undefined> {
  const examples = examplesFolder();
  if (examples === undefined) return undefined;
  const dir = join(dataDir, 'demo');
  if (existsSync(join(dir, '.git'))) return dir;
  await mkdir(dir, { recursive: true });
  await cp(examples, dir, { recursive: true });
  await git.init({ fs, dir, defaultBranch: 'main' });
  for (const file of await filesBelow(dir)) await git.add({ fs, dir, filepath: relative(dir, file) });
  await git.commit({
    fs,
    dir,
    message: 'Deliver three applications',
    author: { name: 'Lotse', email: 'demo@lotse.invalid' },
  });
  return dir;
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of await readdir(folder)) {
    if (name === '.git') continue;
    const path = join(folder, name);
    if ((await stat(path)).isDirectory()) files.push(...(await filesBelow(path)));
    else files.push(path);
  }
  return files;
}
