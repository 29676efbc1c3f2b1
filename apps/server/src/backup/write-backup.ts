import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@lotse/engine';
import type { DataSource, QueryRunner } from 'typeorm';
import { EngineRows } from '../cluster/engine-rows.js';
import { snapshotParts } from '../cluster/snapshot-parts.js';
import type { Encryption } from '../database/encryption/encryption.js';
import { VERSION } from '../settings/version.js';
import type { BackupHeader } from './backup-header.js';
import { backupKey } from './backup-key.js';
import { BACKUP_FILES, BACKUP_TABLE_NAMES, type BackupTableName, backupTable } from './backup-sections.js';

/** Rows of a table that are in memory at once. */
const ROWS_AT_ONCE = 50;

/** What a backup is made of. */
export interface BackupInput {
  readonly store: Store;
  readonly source: DataSource;
  readonly encryption: Encryption;
  readonly dataDir: string;
  readonly passphrase: string | undefined;
}

/**
 * The bytes of a backup, made as they are read. The cluster is taken at one revision, and the tables as they were at that
 * moment or, by the time of a query, after it: what the cluster's applications point to is there.
 */
export async function* writeBackup(input: BackupInput): AsyncGenerator<Buffer> {
  const { store, source, encryption, passphrase } = input;
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction('REPEATABLE READ');
    const { revision, objects } = store.snapshot();
    await runner.query('SELECT 1');
    const header: BackupHeader = {
      format: 'lotse-backup',
      version: 1,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
      revision,
      lotse: VERSION,
      key:
        passphrase === undefined
          ? { kind: 'server', id: encryption.keyId }
          : { kind: 'passphrase', salt: randomBytes(16).toString('base64') },
    };
    const line = `${JSON.stringify(header)}\n`;
    yield Buffer.from(line);
    const rows = new EngineRows(await backupKey(header.key, encryption, passphrase));
    const place = placeOf(line);
    let frames = 0;
    for await (const text of sections(input, runner, objects))
      yield framed(await rows.pack(text, `${place}/${frames++}`));
    yield framed(await rows.pack(JSON.stringify({ section: 'end', frames }), `${place}/${frames}`));
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

/** Binds every frame to its backup: none can be taken from another one, left out, or put elsewhere. */
export function placeOf(headerLine: string): string {
  return `backup/${createHash('sha256').update(headerLine).digest('hex')}`;
}

async function* sections(
  input: BackupInput,
  runner: QueryRunner,
  objects: Parameters<typeof snapshotParts>[0],
): AsyncGenerator<string> {
  for (const part of snapshotParts(objects)) yield `{"section":"cluster","rows":${part}}`;
  const files = [];
  for (const name of BACKUP_FILES) {
    const content = await readFile(join(input.dataDir, name), 'utf8').catch(() => undefined);
    if (content !== undefined) files.push({ name, content });
  }
  yield JSON.stringify({ section: 'files', rows: files });
  for (const table of BACKUP_TABLE_NAMES)
    for await (const rows of rowsOf(table, runner, input.encryption))
      yield `{"section":"table","table":"${table}","rows":[${rows.join(',')}]}`;
}

async function* rowsOf(
  name: BackupTableName,
  runner: QueryRunner,
  encryption: Encryption,
): AsyncGenerator<string[]> {
  const { where = 'true', secret, purpose } = backupTable(name);
  const columns = secret === undefined ? 'to_jsonb(t)' : `to_jsonb(t) - '${secret}'`;
  await runner.query(
    `DECLARE backup NO SCROLL CURSOR FOR SELECT (${columns})::text AS row, ${secret ?? 'NULL'} AS secret FROM ${name} t WHERE ${where}`,
  );
  for (;;) {
    const rows: { row: string; secret: Buffer | null }[] = await runner.query(
      `FETCH ${ROWS_AT_ONCE} FROM backup`,
    );
    if (rows.length === 0) break;
    yield rows.map(({ row, secret: hidden }) => {
      const place = purpose?.(JSON.parse(row) as Record<string, unknown>);
      const text = hidden === null || place === undefined ? null : encryption.decrypt(hidden, place);
      return `{"row":${row},"secret":${JSON.stringify(text)}}`;
    });
  }
  await runner.query('CLOSE backup');
}

function framed(data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}
