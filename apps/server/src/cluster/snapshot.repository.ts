import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { StoreSnapshot } from '@lotse/engine';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { Encryption } from '../database/encryption/encryption.js';
import { engineTakenOver, FENCE_STANDS } from './engine-lock.js';
import { damaged, EngineRows } from './engine-rows.js';
import { type SnapshotObject, snapshotParts } from './snapshot-parts.js';

const PURPOSE = 'engine_snapshots';
/** Snapshots kept: the newest, and one before it in case that one can't be read. */
const KEPT_SNAPSHOTS = 2;

/** What is known of a snapshot besides its parts: a snapshot is there once this is. */
const headSchema = z.object({ objects: z.number().int(), digest: z.string() });

/** A snapshot that was finished; `parts` is null for those of old versions, which are one row. */
export interface SnapshotHead {
  readonly revision: number;
  readonly parts: number | null;
}

/** The tables of snapshots: parts of bounded size, and a head that makes them count. */
@Injectable()
export class SnapshotRepository {
  readonly #rows: EngineRows;
  /** Snapshots that could not be read: the next one takes their place. */
  readonly #damaged = new Set<number>();

  constructor(
    private readonly source: DataSource,
    encryption: Encryption,
  ) {
    this.#rows = new EngineRows(encryption);
  }

  /**
   * Stores everything as it was at a revision, part by part, and drops what that makes superfluous. Whatever ends it
   * half-way leaves parts without a head, which nobody reads and the next snapshot removes.
   * @param within a transaction that all of it is a part of.
   */
  async save({ revision, objects }: StoreSnapshot, fence: string, within?: EntityManager): Promise<void> {
    const known = await this.heads();
    if (known.some((head) => head.revision === revision)) return;
    const digest = createHash('sha256');
    let parts = 0;
    for (const text of snapshotParts(objects)) {
      const data = await this.#rows.pack(text, `${PURPOSE}/${revision}/${parts}`);
      digest.update(createHash('sha256').update(data).digest());
      const held: unknown[] = await (within ?? this.source).query(
        `WITH held AS (${FENCE_STANDS}),
         added AS (INSERT INTO engine_snapshot_parts (revision, part, data) SELECT $2, $3, $4 FROM held
           ON CONFLICT (revision, part) DO UPDATE SET data = excluded.data)
         SELECT 1 FROM held`,
        [fence, revision, parts, data],
      );
      if (held.length === 0) throw engineTakenOver();
      parts++;
    }
    const head = await this.#rows.pack(
      JSON.stringify({ objects: objects.length, digest: digest.digest('hex') }),
      `${PURPOSE}/${revision}`,
    );
    const finish = async (manager: EntityManager): Promise<void> => {
      const held: unknown[] = await manager.query(FENCE_STANDS, [fence]);
      if (held.length === 0) throw engineTakenOver();
      await manager.query('DELETE FROM engine_snapshots WHERE revision = ANY($1)', [[...this.#damaged]]);
      await manager.query('INSERT INTO engine_snapshots (revision, parts, data) VALUES ($1, $2, $3)', [
        revision,
        parts,
        head,
      ]);
      await dropSuperfluous(manager);
    };
    await (within ? finish(within) : this.source.transaction(finish));
    this.#damaged.clear();
  }

  /** Finished snapshots, newest first. */
  async heads(): Promise<SnapshotHead[]> {
    const rows: { revision: string; parts: number | null }[] = await this.source.query(
      'SELECT revision, parts FROM engine_snapshots ORDER BY revision DESC',
    );
    return rows.map(({ revision, parts }) => ({ revision: Number(revision), parts }));
  }

  /** The objects of a snapshot, part by part. @throws CodedError `engine_state_damaged` at the end at the latest. */
  async *read({ revision, parts }: SnapshotHead): AsyncGenerator<SnapshotObject[]> {
    const [row]: { data: Buffer }[] = await this.source.query(
      'SELECT data FROM engine_snapshots WHERE revision = $1',
      [revision],
    );
    const text = await this.#rows.unpack(row?.data ?? Buffer.alloc(0), `${PURPOSE}/${revision}`);
    if (parts === null) {
      yield JSON.parse(text) as SnapshotObject[];
      return;
    }
    const head = headSchema.parse(JSON.parse(text));
    const digest = createHash('sha256');
    let objects = 0;
    let next = this.#part(revision, 0);
    for (let part = 0; part < parts; part++) {
      const data = await next;
      if (!data) throw damaged(`part ${part} of the snapshot of revision ${revision} is missing`);
      // the next one is on its way while this one is read
      next = part + 1 < parts ? this.#part(revision, part + 1) : Promise.resolve(undefined);
      next.catch(() => undefined);
      digest.update(createHash('sha256').update(data).digest());
      const list = JSON.parse(
        await this.#rows.unpack(data, `${PURPOSE}/${revision}/${part}`),
      ) as SnapshotObject[];
      objects += list.length;
      yield list;
    }
    if (objects !== head.objects || digest.digest('hex') !== head.digest)
      throw damaged(`the snapshot of revision ${revision} is not the one that was written`);
  }

  /** The next snapshot that is stored replaces this one. */
  markDamaged(revision: number): void {
    this.#damaged.add(revision);
  }

  async #part(revision: number, part: number): Promise<Buffer | undefined> {
    const rows: { data: Buffer }[] = await this.source.query(
      'SELECT data FROM engine_snapshot_parts WHERE revision = $1 AND part = $2',
      [revision, part],
    );
    return rows[0]?.data;
  }
}

/** The log goes back to the older snapshot, or to the beginning while there is no older one. */
async function dropSuperfluous(manager: EntityManager): Promise<void> {
  await manager.query(
    'DELETE FROM engine_snapshots WHERE revision NOT IN (SELECT revision FROM engine_snapshots ORDER BY revision DESC LIMIT $1)',
    [KEPT_SNAPSHOTS],
  );
  await manager.query(
    'DELETE FROM engine_snapshot_parts WHERE revision NOT IN (SELECT revision FROM engine_snapshots)',
  );
  await manager.query(
    `DELETE FROM engine_log WHERE revision <=
       (SELECT min(revision) FROM engine_snapshots HAVING count(*) >= $1)`,
    [KEPT_SNAPSHOTS],
  );
}
