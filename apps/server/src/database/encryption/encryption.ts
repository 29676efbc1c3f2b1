import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CodedError } from '@lotse/manifests';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const KEY_LENGTH = 32;
const KEY_ID_LENGTH = 4;
const HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH + TAG_LENGTH;

/**
 * Encrypts what lies in the database (AES-256-GCM). `purpose` binds a text to its place: what was encrypted for one
 * row can't be moved to another. Layout: version, key id, nonce, tag, text.
 */
export class Encryption {
  readonly #key: Buffer;
  readonly #keyId: Buffer;
  /** By their ids, in hexadecimal. */
  readonly #keys = new Map<string, Buffer>();

  /** @param keys the first one encrypts; the others, from before it, only read. */
  constructor(...keys: readonly Buffer[]) {
    const [key] = keys;
    if (!key || keys.some(({ length }) => length !== KEY_LENGTH))
      throw new CodedError('encryption_key_invalid', `The encryption key must have ${KEY_LENGTH} bytes.`);
    this.#key = key;
    this.#keyId = idOf(key);
    for (const known of keys) this.#keys.set(idOf(known).toString('hex'), known);
  }

  /** Names the key that encrypts; says nothing about it. */
  get keyId(): string {
    return this.#keyId.toString('hex');
  }

  encrypt(text: string, purpose: string): Buffer {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), this.#keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** @throws CodedError `encryption_key_wrong` when the key is none of these, `decryption_failed` when the bytes were changed. */
  decrypt(data: Uint8Array, purpose: string): string {
    const bytes = Buffer.from(data);
    if (bytes.length < HEADER_LENGTH || bytes[0] !== VERSION)
      throw new CodedError('decryption_failed', 'An encrypted value in the database is damaged.');
    const key = this.#keys.get(bytes.toString('hex', 1, 1 + KEY_ID_LENGTH));
    if (!key)
      throw new CodedError(
        'encryption_key_wrong',
        'What is in the database was encrypted with another key. Set LOTSE_ENCRYPTION_KEY to that key, or bring back the file encryption-key of the data folder.',
      );
    const nonce = bytes.subarray(1 + KEY_ID_LENGTH, 1 + KEY_ID_LENGTH + NONCE_LENGTH);
    const tag = bytes.subarray(HEADER_LENGTH - TAG_LENGTH, HEADER_LENGTH);
    try {
      const decipher = createDecipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(purpose)).setAuthTag(tag);
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

function idOf(key: Buffer): Buffer {
  return createHash('sha256').update('lotse key id').update(key).digest().subarray(0, KEY_ID_LENGTH);
}
