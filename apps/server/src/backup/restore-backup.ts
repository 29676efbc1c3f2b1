import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { CodedError } from '@lotse/manifests';
import type { DataSource, EntityManager } from 'typeorm';
import { writePrivateFile } from '../bootstrap/private-file.js';
import { raiseFence } from '../cluster/engine-lock.js';
import type { SnapshotObject } from '../cluster/snapshot-parts.js';
import { SnapshotRepository } from '../cluster/snapshot.repository.js';
import type { Encryption } from '../database/encryption/encryption.js';
import type { BackupHeader } from './backup-header.js';
import {
  BACKUP_TABLE_NAMES,
  type BackupSection,
  type BackupTableName,
  backupTable,
} from './backup-sections.js';
import { readBackup, readBackupHeader } from './read-backup.js';

const decompress = promisify(zstdDecompress);
/** As many as a deployment may have. */
const MAX_MANIFEST_BYTES = 128 * 1024 * 1024;
/**
 * A restored cluster goes on this far ahead of the revision of its backup: whatever the server handed out after the backup
 * never comes to mean something else.
 */
const RESTORE_GAP = 1_000_000_000;

/** Where to restore what. */
export interface Restore {
  readonly path: string;
  readonly source: DataSource;
  readonly encryption: Encryption;
  readonly dataDir: string;
  readonly passphrase: string | undefined;
  /** Replaces what is there. Without it only a server on which nobody has done anything is restored to. */
  readonly replace: boolean;
  /** Does the cluster have anything beyond what every cluster has? Asked when nothing more can come. */
  readonly isClusterUsed: () => boolean;
}

/**
 * Restores a backup: reads all of it first, then replaces everything in one transaction. Who runs the engine on the
 * database loses the right to, and has to start again.
 * @throws CodedError `backup_invalid`, `backup_key_wrong`, `restore_conflict`; then nothing was changed.
 */
export async function restoreBackup(restore: Restore): Promise<BackupHeader> {
  const header = await readBackupHeader(restore.path);
  for await (const section of readBackup(restore)) await checkManifests(section);
  const files: { name: string; content: string }[] = [];
  await restore.source.transaction(async (manager) => {
    // from here on nobody's writes to the cluster are acknowledged, until this ends
    const fence = await raiseFence(manager);
    if (!restore.replace) await assertUnused(manager, restore.isClusterUsed());
    const revision = Math.max(header.revision, await newestRevision(manager)) + RESTORE_GAP;
    await empty(manager);
    const objects: SnapshotObject[] = [];
    for await (const section of readBackup(restore)) {
      if (section.section === 'cluster') for (const row of section.rows) objects.push(row as SnapshotObject);
      if (section.section === 'files') files.push(...section.rows);
      if (section.section === 'table') await fill(manager, section, restore.encryption);
    }
    await new SnapshotRepository(restore.source, restore.encryption).save(
      { revision, objects },
      fence,
      manager,
    );
  });
  for (const { name, content } of files) await writePrivateFile(join(restore.dataDir, name), content);
  // the admin's password is that of the backup now
  await rm(join(restore.dataDir, 'admin-password'), { force: true });
  return header;
}

async function assertUnused(manager: EntityManager, isClusterUsed: boolean): Promise<void> {
  const [row]: { used: boolean }[] = await manager.query(
    `SELECT EXISTS (SELECT 1 FROM history_entries) OR EXISTS (SELECT 1 FROM repositories)
       OR EXISTS (SELECT 1 FROM users WHERE name <> 'admin') OR EXISTS (SELECT 1 FROM gpg_keys) AS used`,
  );
  if (row?.used || isClusterUsed)
    throw new CodedError(
      'restore_conflict',
      'There is something on this server: applications, namespaces, deployments, repositories, accounts or keys. Restore to a new one (with LOTSE_DEMO=false), or give --replace to lose what is here. Nothing was changed.',
    );
}

async function newestRevision(manager: EntityManager): Promise<number> {
  const [row]: { revision: string }[] = await manager.query(
    `SELECT greatest((SELECT max(revision) FROM engine_log), (SELECT max(revision) FROM engine_snapshots), 0) AS revision`,
  );
  return Number(row?.revision ?? 0);
}

async function empty(manager: EntityManager): Promise<void> {
  for (const table of [
    'engine_log',
    'engine_snapshots',
    'engine_snapshot_parts',
    'remembered_renders',
    'repository_states',
    'credentials',
  ])
    await manager.query(`DELETE FROM ${table}`);
  for (const table of BACKUP_TABLE_NAMES.toReversed())
    await manager.query(`DELETE FROM ${table} WHERE ${backupTable(table).where ?? 'true'}`);
}

/** Columns this version has and the backup has not get their defaults. */
async function fill(
  manager: EntityManager,
  { table, rows }: Extract<BackupSection, { section: 'table' }>,
  encryption: Encryption,
): Promise<void> {
  const { secret, purpose } = backupTable(table);
  const known = await columnsOf(manager, table);
  const values = rows.map(({ row, secret: text }) => {
    if (secret === undefined || purpose === undefined) return row;
    if (text === null || text === undefined) return { ...row, [secret]: null };
    return { ...row, [secret]: `\\x${encryption.encrypt(text, purpose(row)).toString('hex')}` };
  });
  const columns = known
    .filter((column) => values.some((row) => Object.hasOwn(row, column)))
    .map((column) => `"${column}"`)
    .join(', ');
  if (columns === '') return;
  await manager.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
    [JSON.stringify(values)],
  );
}

async function columnsOf(manager: EntityManager, table: BackupTableName): Promise<string[]> {
  const rows: { name: string }[] = await manager.query(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** What a rollback applies has to be what was deployed. */
async function checkManifests(section: BackupSection): Promise<void> {
  if (section.section !== 'table' || section.table !== 'rendered_manifests') return;
  for (const { row, secret } of section.rows) {
    const bytes = await decompress(Buffer.from(secret ?? '', 'base64'), {
      maxOutputLength: MAX_MANIFEST_BYTES,
    }).catch(() => undefined);
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== row['digest'])
      throw new CodedError(
        'backup_invalid',
        `This backup can not be restored: the manifests ${String(row['digest']).slice(0, 12)} are not what was deployed. Nothing was changed.`,
      );
  }
}
