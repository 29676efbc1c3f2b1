import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import type { StoreEvent, StoreSnapshot, StoredObject } from '@lotse/engine';
import { DataSource } from 'typeorm';
import { Encryption } from '../database/encryption/encryption.js';
import { Logger } from '../logging/logger.js';
import { engineTakenOver, FENCE_STANDS } from './engine-lock.js';
import { EngineRows } from './engine-rows.js';
import { type SnapshotHead, SnapshotRepository } from './snapshot.repository.js';
import type { SnapshotObject } from './snapshot-parts.js';

const PURPOSE = 'engine_log';
/** Text of one group commit: a few tens of milliseconds of the event loop. One event may be longer. */
const MAX_GROUP_CHARACTERS = 4 << 20;
/** Rows of the log read at once at a start. */
const ROWS_AT_ONCE = 50;
/** Stands in the log as long as that begins with an empty cluster. */
const BEGINNING = 0;
/**
 * A restart goes on this far ahead of the last logged revision. Renewals of leases take revisions without being logged, so
 * clients may hold later ones than the log knows; none of them may come to mean something else.
 */
export const RESTART_GAP = 1_000_000;

type Change = readonly [
  resource: StoreEvent['resource'],
  name: StoreEvent['name'],
  object: StoredObject | null,
];

/** What one group commit took. */
export interface Appended {
  readonly events: number;
  readonly bytes: number;
}

/** The state to go on from, and how many changes were read from the log for it. */
export interface Restored extends StoreSnapshot {
  readonly replayed: number;
}

/** The table of the engine's log, group commits in order, and the way back from it and the snapshots. */
@Injectable()
export class JournalRepository {
  readonly #rows: EngineRows;
  readonly #logger: Logger;
  #fence = '';

  constructor(
    private readonly source: DataSource,
    encryption: Encryption,
    private readonly snapshots: SnapshotRepository,
    logger: Logger,
  ) {
    this.#rows = new EngineRows(encryption);
    this.#logger = logger.child('cluster');
  }

  /** What `EngineLock` gave: from now on nothing is written once another process has taken over. */
  useFence(fence: string): void {
    this.#fence = fence;
  }

  /**
   * Appends one group commit, as many of the events as fit; durable when this resolves.
   * @throws CodedError `engine_taken_over`.
   */
  async append(events: readonly StoreEvent[]): Promise<Appended> {
    const texts: string[] = [];
    let characters = 0;
    for (const { resource, name, type, object } of events) {
      const change: Change = [resource, name, type === 'DELETED' ? null : object];
      const text = JSON.stringify(change);
      if (texts.length > 0 && characters + text.length > MAX_GROUP_CHARACTERS) break;
      texts.push(text);
      characters += text.length;
    }
    const last = events[texts.length - 1];
    if (!last) return { events: 0, bytes: 0 };
    return { events: texts.length, bytes: await this.#insert(last.revision, `[${texts.join(',')}]`) };
  }

  /** Stores everything as it was at a revision and drops what it makes superfluous. */
  async saveSnapshot(snapshot: StoreSnapshot): Promise<void> {
    await this.snapshots.save(snapshot, this.#fence);
  }

  /**
   * The newest state: last snapshot plus all commits after it; undefined in an empty database. When that snapshot is
   * damaged the one before it is taken, and with none before it the log from its beginning.
   * @param onRead called after each part that was read, with the objects and the changes so far.
   */
  async restore(
    onRead: (objects: number, replayed: number) => void = () => undefined,
  ): Promise<Restored | undefined> {
    const heads = await this.snapshots.heads();
    let problem: unknown;
    for (const head of heads) {
      const objects = await this.#objectsOf(head, onRead).catch((error: unknown) => {
        problem ??= error;
        this.#note(head, error);
      });
      if (!objects) continue;
      const restored = await this.#replay(objects, head.revision, onRead);
      if (problem !== undefined)
        this.#logger.warn('The cluster is restored from an older snapshot and the log; nothing is lost', {
          snapshot: head.revision,
          replayed: restored.replayed,
        });
      return restored;
    }
    const begins = await this.#logBegins();
    if (problem !== undefined && !begins) throw problem;
    const restored = await this.#replay(new Map(), BEGINNING, onRead);
    if (problem !== undefined)
      this.#logger.warn('The cluster is restored from the log alone; nothing is lost', {
        replayed: restored.replayed,
      });
    if (restored.replayed > 0) return restored;
    if (!begins) await this.#insert(BEGINNING, '[]');
    return undefined;
  }

  #note({ revision }: SnapshotHead, error: unknown): void {
    const code = error instanceof CodedError ? error.code : undefined;
    if (code !== 'engine_state_damaged' && code !== 'encryption_key_wrong') throw error;
    if (code === 'engine_state_damaged') this.snapshots.markDamaged(revision);
    this.#logger.warn('A snapshot of the cluster can not be read', { revision, error });
  }

  async #objectsOf(
    head: SnapshotHead,
    onRead: (objects: number, replayed: number) => void,
  ): Promise<Map<string, SnapshotObject>> {
    const objects = new Map<string, SnapshotObject>();
    for await (const list of this.snapshots.read(head)) {
      for (const entry of list) {
        const { namespace, name } = entry.object.metadata;
        objects.set(`${entry.resource} ${namespace ?? ''}/${name ?? ''}`, entry);
      }
      onRead(objects.size, 0);
    }
    return objects;
  }

  async #replay(
    objects: Map<string, SnapshotObject>,
    since: number,
    onRead: (objects: number, replayed: number) => void,
  ): Promise<Restored> {
    let revision = since;
    let replayed = 0;
    for await (const row of this.#after(since)) {
      for (const [resource, name, object] of row.changes) {
        if (object) objects.set(`${resource} ${name}`, { resource, object });
        else objects.delete(`${resource} ${name}`);
      }
      ({ revision } = row);
      replayed += row.changes.length;
      onRead(objects.size, replayed);
    }
    return { revision: revision + RESTART_GAP, objects: [...objects.values()], replayed };
  }

  async *#after(start: number): AsyncGenerator<{ revision: number; changes: Change[] }> {
    for (let after = start; ;) {
      const rows: { revision: string; data: Buffer }[] = await this.source.query(
        'SELECT revision, data FROM engine_log WHERE revision > $1 ORDER BY revision LIMIT $2',
        [after, ROWS_AT_ONCE],
      );
      for (const { revision, data } of rows) {
        const text = await this.#rows.unpack(data, `${PURPOSE}/${revision}`);
        after = Number(revision);
        yield { revision: after, changes: JSON.parse(text) as Change[] };
      }
      if (rows.length < ROWS_AT_ONCE) return;
    }
  }

  async #logBegins(): Promise<boolean> {
    const rows: unknown[] = await this.source.query('SELECT 1 FROM engine_log WHERE revision = $1', [
      BEGINNING,
    ]);
    return rows.length > 0;
  }

  async #insert(revision: number, text: string): Promise<number> {
    const data = await this.#rows.pack(text, `${PURPOSE}/${revision}`);
    const held: unknown[] = await this.source.query(
      `WITH held AS (${FENCE_STANDS}),
       added AS (INSERT INTO engine_log (revision, data) SELECT $2, $3 FROM held ON CONFLICT (revision) DO NOTHING)
       SELECT 1 FROM held`,
      [this.#fence, revision, data],
    );
    if (held.length === 0) throw engineTakenOver();
    return data.length;
  }
}
