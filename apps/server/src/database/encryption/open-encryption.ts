import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@lotse/manifests';
import type { DataSource } from 'typeorm';
import { writePrivateFile } from '../../bootstrap/private-file.js';
import type { Config } from '../../config/config.js';
import { Encryption } from './encryption.js';

/** Where a text lies that only the right key reads. */
const CHECK = 'encryption-check';
const CHECKED_TEXT = 'lotse';

/**
 * The encryption of this installation: the keys of the settings, else those in the data folder (one a line, the newest
 * first), made on first use.
 * @throws CodedError `encryption_key_wrong` when the database was written with another key, before anything else reads it.
 */
export async function openEncryption(config: Config, source: DataSource): Promise<Encryption> {
  const [check]: { value: string }[] = await source.query('SELECT value FROM settings WHERE name = $1', [
    CHECK,
  ]);
  const encryption = new Encryption(...(await keysOf(config, check !== undefined)));
  if (check === undefined || encryption.decrypt(Buffer.from(check.value, 'base64'), CHECK) === CHECKED_TEXT)
    await source.query(
      'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      [CHECK, JSON.stringify(encryption.encrypt(CHECKED_TEXT, CHECK).toString('base64'))],
    );
  return encryption;
}

/** @param isNeeded the database holds what an existing key has encrypted: a new one is of no use. */
async function keysOf(config: Config, isNeeded: boolean): Promise<readonly Buffer[]> {
  if (config.encryptionKeys) return config.encryptionKeys.reveal();
  const path = join(config.dataDir, 'encryption-key');
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined)
    return kept
      .trim()
      .split(/\s+/)
      .map((line) => Buffer.from(line, 'base64'));
  if (isNeeded)
    throw new CodedError(
      'encryption_key_wrong',
      `The key that encrypted this database is missing: there is no ${path}. Bring that file back, or set LOTSE_ENCRYPTION_KEY to its content. Without the key the data can not be read; restore a backup that was made with a passphrase into an empty database.`,
    );
  const key = randomBytes(32);
  await writePrivateFile(path, `${key.toString('base64')}\n`);
  return [key];
}
