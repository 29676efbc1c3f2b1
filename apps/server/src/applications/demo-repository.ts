import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
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

const DEMO_AUTHOR = { name: 'Lotse', email: 'demo@lotse.invalid' };

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
    author: DEMO_AUTHOR,
  });
  if (!(await hasIdentity(dir))) {
    await git.setConfig({ fs, dir, path: 'user.name', value: DEMO_AUTHOR.name });
    await git.setConfig({ fs, dir, path: 'user.email', value: DEMO_AUTHOR.email });
  }
  return dir;
}

/** Whether commits in the folder have an author: without one git refuses them, and here the next thing to do is to commit. */
function hasIdentity(dir: string): Promise<boolean> {
  return new Promise((resolve) =>
    execFile('git', ['var', 'GIT_AUTHOR_IDENT'], { cwd: dir }, (error) => resolve(error === null)),
  );
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
