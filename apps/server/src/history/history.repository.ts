import { Injectable } from '@nestjs/common';
import type { ApplicationSource, OperationInitiator, ResourceResult, SourceInput } from '@lotse/gitops';
import { DataSource } from 'typeorm';

/** One deployment, as it is kept for ever. */
export interface HistoryEntry {
  readonly id: number;
  readonly revision: string;
  readonly source: ApplicationSource;
  /** What else the manifests were made of. */
  readonly inputs: readonly SourceInput[];
  readonly manifestDigest: string;
  readonly deployStartedAt: string;
  readonly deployedAt: string;
  readonly initiatedBy: OperationInitiator;
  /** Author and message of the commit, as far as they could be read. */
  readonly metadata: { readonly author?: string; readonly date?: string; readonly message?: string };
  readonly phase: string;
  readonly message: string;
  readonly results: readonly ResourceResult[];
  /** The entry that it was a return to. */
  readonly rollbackTo?: number;
}

/** Whose history. */
export interface HistoryOwner {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly project: string;
}

interface Row {
  id: string;
  revision: string;
  source: ApplicationSource;
  inputs: SourceInput[];
  manifests_digest: string;
  started_at: Date;
  finished_at: Date;
  initiated_by: OperationInitiator;
  metadata: HistoryEntry['metadata'];
  phase: string;
  message: string;
  results: ResourceResult[];
  rollback_to: string | null;
}

/** The table of deployments. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly source: DataSource) {}

  /** Adds an entry and answers its id. The same deployment (same start) is added once, however often it is told. */
  async add(owner: HistoryOwner, entry: Omit<HistoryEntry, 'id'>): Promise<number> {
    return this.source.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtext($1))', [owner.uid]);
      const known: { id: string }[] = await manager.query(
        'SELECT id FROM history_entries WHERE app_uid = $1 AND started_at = $2',
        [owner.uid, entry.deployStartedAt],
      );
      if (known[0]) return Number(known[0].id);
      const rows: { id: string }[] = await manager.query(
        `INSERT INTO history_entries (app_uid, id, app_namespace, app_name, project, revision, manifests_digest, source, metadata, initiated_by, started_at, finished_at, phase, message, results, inputs, rollback_to)
         SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM history_entries WHERE app_uid = $1
         RETURNING id`,
        [
          owner.uid,
          owner.namespace,
          owner.name,
          owner.project,
          entry.revision,
          entry.manifestDigest,
          JSON.stringify(entry.source),
          JSON.stringify(entry.metadata),
          JSON.stringify(entry.initiatedBy),
          entry.deployStartedAt,
          entry.deployedAt,
          entry.phase,
          entry.message,
          JSON.stringify(entry.results),
          JSON.stringify(entry.inputs),
          entry.rollbackTo ?? null,
        ],
      );
      return Number(rows[0]?.id ?? 0);
    });
  }

  /** Newest first. */
  async list(uid: string, limit: number, before?: number): Promise<HistoryEntry[]> {
    const rows: Row[] = await this.source.query(
      'SELECT * FROM history_entries WHERE app_uid = $1 AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $2',
      [uid, limit, before ?? null],
    );
    return rows.map(entryOf);
  }

  /**
   * Removes what can't be shown or gone back to any more: entries of applications that are no more, ended before, and what is
   * beyond the newest of each application. Answers how many.
   */
  async sweep(living: readonly string[], before: Date, kept: number): Promise<number> {
    const [, gone]: [unknown, number] = await this.source.query(
      'DELETE FROM history_entries WHERE app_uid <> ALL($1) AND finished_at < $2',
      [living, before],
    );
    const [, old]: [unknown, number] = await this.source.query(
      `DELETE FROM history_entries h USING
         (SELECT app_uid, max(id) AS newest FROM history_entries GROUP BY app_uid) last
       WHERE h.app_uid = last.app_uid AND h.id <= last.newest - $1`,
      [kept],
    );
    return gone + old;
  }

  async get(uid: string, id: number): Promise<HistoryEntry | undefined> {
    const rows: Row[] = await this.source.query(
      'SELECT * FROM history_entries WHERE app_uid = $1 AND id = $2',
      [uid, id],
    );
    return rows[0] && entryOf(rows[0]);
  }
}

function entryOf(row: Row): HistoryEntry {
  return {
    id: Number(row.id),
    revision: row.revision,
    source: row.source,
    inputs: row.inputs,
    manifestDigest: row.manifests_digest,
    deployStartedAt: row.started_at.toISOString(),
    deployedAt: row.finished_at.toISOString(),
    initiatedBy: row.initiated_by,
    metadata: row.metadata,
    phase: row.phase,
    message: row.message,
    results: row.results,
    ...(row.rollback_to !== null && { rollbackTo: Number(row.rollback_to) }),
  };
}
