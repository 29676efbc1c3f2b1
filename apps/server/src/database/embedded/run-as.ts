import { readFile, stat } from 'node:fs/promises';
import { USE_A_SERVER, databaseError } from '../database.errors.js';
import type { RunAs } from './postgres-binaries.js';

/** Accounts made for such work, best first. */
const PREFERRED = ['lotse', 'postgres', 'nobody'];

/**
 * Who runs PostgreSQL: it refuses to run as root, so root hands it to another account: the one that owns the
 * database already, else a service account of the machine. Everybody else runs it themselves.
 */
export async function chooseRunAs(
  postgresDir: string,
  passwdFile = '/etc/passwd',
): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = parsePasswd(await readFile(passwdFile, 'utf8').catch(() => ''));
  const owner = await stat(postgresDir).then(
    (info) => info.uid,
    () => 0,
  );
  const found =
    accounts.find((account) => owner !== 0 && account.uid === owner) ??
    PREFERRED.map((name) => accounts.find((account) => account.name === name && account.uid !== 0)).find(
      (account) => account !== undefined,
    );
  if (found === undefined)
    throw databaseError(
      'database_root',
      `PostgreSQL refuses to run as root, and this machine has none of the accounts ${PREFERRED.join(', ')} to run it as. Start Lotse as another user, or: ${USE_A_SERVER}`,
    );
  return found;
}

/** Accounts of a passwd file. */
export function parsePasswd(text: string): RunAs[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '')
      ? [{ name, uid: Number(uid), gid: Number(gid) }]
      : [];
  });
}
