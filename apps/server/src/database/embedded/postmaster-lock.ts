import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { USE_A_SERVER, databaseError } from '../database.errors.js';

/** How long a server that lost its parent gets to stop by itself: a fast shutdown takes well under a second. */
const ORPHAN_PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/**
 * Clears the way for a new server: a `postmaster.pid` that names nobody, a zombie or a stranger is removed (PostgreSQL
 * would refuse on the last two); a server of a Lotse that was killed is waited for until it has stopped.
 */
export async function clearStalePostmaster(databaseDir: string): Promise<void> {
  const file = join(databaseDir, 'postmaster.pid');
  const deadline = Date.now() + ORPHAN_PATIENCE_MS;
  for (;;) {
    const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 0) return;
    if (!(await isPostmasterOf(pid, databaseDir))) return rm(file, { force: true });
    if (Date.now() > deadline)
      throw databaseError(
        'database_in_use',
        `The database in ${databaseDir} is in use by process ${pid}: another Lotse runs on this data folder. Stop it, or set another LOTSE_DATA_DIR. ${USE_A_SERVER}`,
      );
    await pause(LOOK_AGAIN_MS);
  }
}

/** Is this process alive and a PostgreSQL server? Where /proc is missing, being alive has to do. */
async function isPostmasterOf(pid: number, databaseDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (status === undefined) return process.platform !== 'linux';
  if (/^\d+ \(.*\) [ZX]/s.test(status)) return false;
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (folder !== undefined) return folder === (await realpath(databaseDir));
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres');
}

/** Is there a process with this id? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
