import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@lotse/manifests';
import { writePrivateFile } from '../../bootstrap/private-file.js';
import type { Config } from '../../config/config.js';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const KEY_ID_LENGTH = 4;
const HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH + TAG_LENGTH;

/**
 * Encrypts what lies in the database (AES-256-GCM). `purpose` binds a text to its place: what was encrypted for one
 * row can't be moved to another. Layout: version, key id, nonce, tag, text.
 */
export class Encryption {
  readonly #key: Buffer;
  readonly #keyId: Buffer;

  constructor(key: Buffer) {
    if (key.length !== 32)
      throw new CodedError('encryption_key_invalid', 'The encryption key must have 32 bytes.');
    this.#key = key;
    this.#keyId = createHash('sha256').update('lotse key id').update(key).digest().subarray(0, KEY_ID_LENGTH);
  }

  encrypt(text: string, purpose: string): Buffer {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), this.#keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** @throws CodedError `decryption_failed` when the key is another one, or the bytes were changed. */
  decrypt(data: Uint8Array, purpose: string): string {
    const bytes = Buffer.from(data);
    const keyId = bytes.subarray(1, 1 + KEY_ID_LENGTH);
    if (bytes.length < HEADER_LENGTH || bytes[0] !== VERSION)
      throw new CodedError('decryption_failed', 'An encrypted value in the database is damaged.');
    if (!keyId.equals(this.#keyId))
      throw new CodedError(
        'decryption_failed',
        'A value in the database was encrypted with another key. Set LOTSE_ENCRYPTION_KEY to that key, or bring back the file encryption-key of the data folder.',
      );
    const nonce = bytes.subarray(1 + KEY_ID_LENGTH, 1 + KEY_ID_LENGTH + NONCE_LENGTH);
    const tag = bytes.subarray(HEADER_LENGTH - TAG_LENGTH, HEADER_LENGTH);
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, nonce)
        .setAAD(Buffer.from(purpose))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(HEADER_LENGTH)), decipher.final()]).toString(
        'utf8',
      );
    } catch (error) {
      throw new CodedError(
        'decryption_failed',
        'An encrypted value in the database was changed or moved.',
        {},
        { cause: error },
      );
    }
  }
}

/** The encryption of this installation: the key of the settings, else the one in the data folder, made on first use. */
export async function openEncryption(config: Config): Promise<Encryption> {
  if (config.encryptionKey) return new Encryption(config.encryptionKey.reveal());
  const path = join(config.dataDir, 'encryption-key');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return new Encryption(Buffer.from(kept.trim(), 'base64'));
  const key = randomBytes(32);
  await writePrivateFile(path, `${key.toString('base64')}\n`);
  return new Encryption(key);
}
