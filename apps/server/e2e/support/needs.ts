import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian keeps PostgreSQL's programs, newest first. */
const POSTGRES_FOLDERS = ['18', '17', '16', '15', '14'].map(
  (version) => `/usr/lib/postgresql/${version}/bin`,
);

/** The folder with this machine's PostgreSQL programs; undefined when there are none. */
export const postgresPrograms = POSTGRES_FOLDERS.find((folder) => existsSync(join(folder, 'initdb')));

/** Is this program here? Under CI a missing one fails the test instead of skipping it. */
export function has(program: string): boolean {
  return process.env['CI'] === 'true' || spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Is there a PostgreSQL server to test against? */
export const hasPostgres = process.env['CI'] === 'true' || postgresPrograms !== undefined;
