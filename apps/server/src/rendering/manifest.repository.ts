import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { CodedError, type KubeObject } from '@lotse/manifests';
import { DataSource } from 'typeorm';
import { Encryption } from '../database/encryption/encryption.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Parsed manifests kept in memory: what is compared again and again. */
const KEPT_SETS = 2_000;
const KEPT_BYTES = 64 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 128 * 1024 * 1024;

/** Rendered manifests by digest: stored once, read back byte for byte. Encrypted, because Secrets can be in them. */
@Injectable()
export class ManifestRepository {
  readonly #kept = new Map<string, { objects: readonly KubeObject[]; bytes: number }>();
  #keptBytes = 0;

  constructor(
    private readonly source: DataSource,
    private readonly encryption: Encryption,
  ) {}

  /** Stores a JSON list of objects; answers its digest. Storing the same twice is nothing. */
  async put(manifests: string): Promise<string> {
    const digest = createHash('sha256').update(manifests).digest('hex');
    if (this.#kept.has(digest)) return digest;
    const packed = this.encryption.encrypt(
      (await compress(Buffer.from(manifests))).toString('base64'),
      `manifests/${digest}`,
    );
    // what is asked for again is as young as if it were new: see `sweep`
    await this.source.query(
      'INSERT INTO rendered_manifests (digest, content, size) VALUES ($1, $2, $3) ON CONFLICT (digest) DO UPDATE SET created_at = now()',
      [digest, packed, manifests.length],
    );
    this.#keep(digest, JSON.parse(manifests) as KubeObject[], manifests.length);
    return digest;
  }

  /** @throws CodedError `manifests_not_found`. */
  async get(digest: string): Promise<readonly KubeObject[]> {
    const kept = this.#kept.get(digest);
    if (kept) {
      this.#kept.delete(digest);
      this.#kept.set(digest, kept);
      return kept.objects;
    }
    const rows: { content: Buffer }[] = await this.source.query(
      'SELECT content FROM rendered_manifests WHERE digest = $1',
      [digest],
    );
    const [row] = rows;
    if (!row)
      throw new CodedError(
        'manifests_not_found',
        `The manifests ${digest.slice(0, 12)} are not in the store any more.`,
      );
    const compressed = Buffer.from(this.encryption.decrypt(row.content, `manifests/${digest}`), 'base64');
    const text = (await decompress(compressed, { maxOutputLength: MAX_MANIFEST_BYTES })).toString('utf8');
    const objects = JSON.parse(text) as KubeObject[];
    this.#keep(digest, objects, text.length);
    return objects;
  }

  /**
   * Removes what nobody needs: not made or asked for since, not in memory, not in the history, not the last render of
   * a source, not what an operation is about to apply. Answers how many.
   */
  async sweep(before: Date, inUse: readonly string[]): Promise<number> {
    const [, removed]: [unknown, number] = await this.source.query(
      `DELETE FROM rendered_manifests m WHERE m.created_at < $1 AND m.digest <> ALL($2)
         AND NOT EXISTS (SELECT 1 FROM history_entries h WHERE h.manifests_digest = m.digest)
         AND NOT EXISTS (SELECT 1 FROM remembered_renders r WHERE r.digest = m.digest)`,
      [before, [...inUse, ...this.#kept.keys()]],
    );
    return removed;
  }

  #keep(digest: string, objects: readonly KubeObject[], bytes: number): void {
    // two that asked at once both come here
    this.#keptBytes += bytes - (this.#kept.get(digest)?.bytes ?? 0);
    this.#kept.set(digest, { objects, bytes });
    for (const [oldest, entry] of this.#kept) {
      if (this.#kept.size <= KEPT_SETS && this.#keptBytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= entry.bytes;
    }
  }
}
