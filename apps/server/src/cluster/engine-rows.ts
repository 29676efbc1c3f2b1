import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { CodedError } from '@lotse/manifests';
import type { Encryption } from '../database/encryption/encryption.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** More text than this is no string any more. */
const MAX_ROW_BYTES = 512 * 1024 * 1024;

/** How the engine's state lies in its tables: compressed, then encrypted and bound to its row, because Secrets are in it. */
export class EngineRows {
  constructor(private readonly encryption: Encryption) {}

  async pack(text: string, purpose: string): Promise<Buffer> {
    const compressed = await compress(Buffer.from(text));
    // the cipher takes text; base64 costs a third of an already small row
    return this.encryption.encrypt(compressed.toString('base64'), purpose);
  }

  /** @throws CodedError `encryption_key_wrong`, or `engine_state_damaged` when the bytes are not what was written there. */
  async unpack(data: Uint8Array, purpose: string): Promise<string> {
    try {
      const compressed = Buffer.from(this.encryption.decrypt(data, purpose), 'base64');
      return (await decompress(compressed, { maxOutputLength: MAX_ROW_BYTES })).toString('utf8');
    } catch (error) {
      if (error instanceof CodedError && error.code === 'encryption_key_wrong') throw error;
      throw damaged(`the row ${purpose} can't be read`, error);
    }
  }
}

/** The error of state that is not what was written. @param what is wrong where. */
export function damaged(what: string, cause?: unknown): CodedError {
  return new CodedError(
    'engine_state_damaged',
    `The cluster's state in the database is damaged: ${what}. Restore a backup.`,
    {},
    { cause },
  );
}
