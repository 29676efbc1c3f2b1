import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { CodedError } from '@lotse/manifests';
import { Encryption } from '../database/encryption/encryption.js';
import type { BackupHeader } from './backup-header.js';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
/** 32 MiB and a tenth of a second for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
export const MIN_PASSPHRASE = 12;
export const MAX_PASSPHRASE = 1_024;

/** What encrypts and reads a backup: the key of the server, or one made from a passphrase. */
export async function backupKey(
  key: BackupHeader['key'],
  server: Encryption,
  passphrase: string | undefined,
): Promise<Encryption> {
  if (key.kind === 'server') return server;
  if (passphrase === undefined)
    throw new CodedError(
      'backup_key_wrong',
      'This backup was made with a passphrase. Give it with --passphrase-file or LOTSE_BACKUP_PASSPHRASE.',
    );
  return new Encryption(await derive(passphrase, Buffer.from(key.salt, 'base64'), 32, COST));
}
