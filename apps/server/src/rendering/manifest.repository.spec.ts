import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { Encryption } from '../database/encryption/encryption.js';
import { ManifestRepository } from './manifest.repository.js';

/** A table of manifests that counts how often it is read. */
class Table {
  reads = 0;
  readonly #rows = new Map<string, Buffer>();

  readonly source = {
    query: async (sql: string, [digest, content]: [string, Buffer]): Promise<unknown[]> => {
      if (sql.startsWith('INSERT')) {
        this.#rows.set(digest, content);
        return [];
      }
      this.reads++;
      const row = this.#rows.get(digest);
      return row ? [{ content: row }] : [];
    },
  } as unknown as DataSource;
}

const plain = {
  encrypt: (text: string) => Buffer.from(text),
  decrypt: (data: Buffer) => data.toString(),
} as unknown as Encryption;

describe('rendered manifests', () => {
  it('stay in memory however often the same were asked for at once', async () => {
    const table = new Table();
    const megabyte = JSON.stringify([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { text: 'x'.repeat(1024 * 1024) },
      },
    ]);
    const digest = await new ManifestRepository(table.source, plain).put(megabyte);
    const repository = new ManifestRepository(table.source, plain);
    await Promise.all(Array.from({ length: 100 }, () => repository.get(digest)));
    const before = table.reads;
    const first = await repository.get(digest);
    expect(await repository.get(digest)).toBe(first);
    expect(table.reads).toBe(before);
  });
});
