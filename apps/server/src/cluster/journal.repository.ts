import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import type { StoreEvent, StoreSnapshot, StoredObject } from '@lotse/engine';
import { DataSource } from 'typeorm';
import { Encryption } from '../database/encryption/encryption.js';
import { engineTakenOver, FENCE_STANDS } from './engine-lock.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** A row after decompression: a group commit is bounded by its writer, a snapshot by the memory of the process. */
const MAX_ROW_BYTES = 2 ** 31 - 1;
const LOG_PURPOSE = 'engine_log';
const SNAPSHOT_PURPOSE = 'engine_snapshots';
/** Snapshots kept: the newest, and one before it in case that one can't be read. */
const KEPT_SNAPSHOTS = 2;
/**
 * A restart goes on this far ahead of the last logged revision. Leases take revisions without being logged, so clients may
 * hold later ones than the log knows; none of them may come to mean something else.
 */
const RESTART_GAP = 1_000_000;

type Change = readonly [
  resource: StoreEvent['resource'],
  name: StoreEvent['name'],
  object: StoredObject | null,
];

/** The tables of the engine's store: group commits in order, and now and then everything at once. Encrypted, because Secrets are in it. */
@Injectable()
export class JournalRepository {
  #fence = '';

  constructor(
    private readonly source: DataSource,
    private readonly encryption: Encryption,
  ) {}

  /** What `EngineLock` gave: from now on nothing is written once another process has taken over. */
  useFence(fence: string): void {
    this.#fence = fence;
  }

  /** Appends one group commit; durable when this resolves. @throws CodedError `engine_taken_over`. */
  async append(events: readonly StoreEvent[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const changes = events.map((event): Change => [
      event.resource,
      event.name,
      event.type === 'DELETED' ? null : event.object,
    ]);
    const data = await this.#pack(JSON.stringify(changes), `${LOG_PURPOSE}/${last.revision}`);
    const held: unknown[] = await this.source.query(
      `WITH held AS (${FENCE_STANDS}),
       added AS (INSERT INTO engine_log (revision, data) SELECT $2, $3 FROM held ON CONFLICT (revision) DO NOTHING)
       SELECT 1 FROM held`,
      [this.#fence, last.revision, data],
    );
    if (held.length === 0) throw engineTakenOver();
  }

  /** Stores everything as it was at a revision and drops what it makes superfluous. */
  async saveSnapshot(snapshot: StoreSnapshot): Promise<void> {
    const data = await this.#pack(
      JSON.stringify(snapshot.objects),
      `${SNAPSHOT_PURPOSE}/${snapshot.revision}`,
    );
    await this.source.transaction(async (manager) => {
      const held: unknown[] = await manager.query(FENCE_STANDS, [this.#fence]);
      if (held.length === 0) throw engineTakenOver();
      await manager.query(
        'INSERT INTO engine_snapshots (revision, data) VALUES ($1, $2) ON CONFLICT (revision) DO NOTHING',
        [snapshot.revision, data],
      );
      await manager.query(
        'DELETE FROM engine_snapshots WHERE revision NOT IN (SELECT revision FROM engine_snapshots ORDER BY revision DESC LIMIT $1)',
        [KEPT_SNAPSHOTS],
      );
      await manager.query(
        'DELETE FROM engine_log WHERE revision <= (SELECT min(revision) FROM engine_snapshots)',
      );
    });
  }

  /** The newest state: last snapshot plus all commits after it; undefined in an empty database. */
  async restore(): Promise<StoreSnapshot | undefined> {
    const snapshots: { revision: string; data: Buffer }[] = await this.source.query(
      'SELECT revision, data FROM engine_snapshots ORDER BY revision DESC LIMIT 1',
    );
    const objects = new Map<string, StoreSnapshot['objects'][number]>();
    let revision = Number(snapshots[0]?.revision ?? 0);
    if (snapshots[0]) {
      const text = await this.#unpack(snapshots[0].data, `${SNAPSHOT_PURPOSE}/${revision}`);
      for (const entry of JSON.parse(text) as StoreSnapshot['objects']) {
        const { namespace, name } = entry.object.metadata;
        objects.set(`${entry.resource} ${namespace ?? ''}/${name ?? ''}`, entry);
      }
    }
    const rows: { revision: string; data: Buffer }[] = await this.source.query(
      'SELECT revision, data FROM engine_log WHERE revision > $1 ORDER BY revision',
      [revision],
    );
    for (const row of rows) {
      const text = await this.#unpack(row.data, `${LOG_PURPOSE}/${row.revision}`);
      for (const [resource, name, object] of JSON.parse(text) as Change[]) {
        if (object) objects.set(`${resource} ${name}`, { resource, object });
        else objects.delete(`${resource} ${name}`);
      }
      revision = Number(row.revision);
    }
    return revision === 0 ? undefined : { revision: revision + RESTART_GAP, objects: [...objects.values()] };
  }

  async #pack(text: string, purpose: string): Promise<Buffer> {
    const compressed = await compress(Buffer.from(text));
    // the cipher takes text; base64 costs a third of an already small row
    return this.encryption.encrypt(compressed.toString('base64'), purpose);
  }

  async #unpack(data: Buffer, purpose: string): Promise<string> {
    try {
      const compressed = Buffer.from(this.encryption.decrypt(data, purpose), 'base64');
      return (await decompress(compressed, { maxOutputLength: MAX_ROW_BYTES })).toString('utf8');
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw new CodedError(
        'engine_state_damaged',
        `A row of the cluster's state (${purpose}) can't be read. Restore the database from a backup.`,
        {},
        { cause: error },
      );
    }
  }
}
