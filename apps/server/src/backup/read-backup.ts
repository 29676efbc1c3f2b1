import { type FileHandle, open } from 'node:fs/promises';
import { CodedError } from '@lotse/manifests';
import { EngineRows } from '../cluster/engine-rows.js';
import type { Encryption } from '../database/encryption/encryption.js';
import { type BackupHeader, backupHeaderSchema, MAX_HEADER_BYTES } from './backup-header.js';
import { backupKey } from './backup-key.js';
import { type BackupSection, backupSectionSchema } from './backup-sections.js';
import { placeOf } from './write-backup.js';

/** More than any manifest of one deployment. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** How to read a backup. */
export interface BackupSource {
  readonly path: string;
  readonly encryption: Encryption;
  readonly passphrase: string | undefined;
}

/** The first line of a backup. @throws CodedError `backup_invalid`. */
export async function readBackupHeader(path: string): Promise<BackupHeader> {
  const file = await open(path, 'r');
  try {
    return (await headerOf(file)).header;
  } finally {
    await file.close();
  }
}

/**
 * What is in a backup, frame by frame, without the end. Who has read all of it knows that it is complete and unchanged.
 * @throws CodedError `backup_invalid` where it is not, `backup_key_wrong`.
 */
export async function* readBackup(from: BackupSource): AsyncGenerator<BackupSection> {
  const file = await open(from.path, 'r');
  try {
    const { header, line } = await headerOf(file);
    const rows = new EngineRows(await backupKey(header.key, from.encryption, from.passphrase));
    const place = placeOf(line);
    let position = Buffer.byteLength(line);
    for (let frame = 0; ; frame++) {
      const length = (await read(file, position, LENGTH_BYTES)).readUInt32BE();
      if (length > MAX_FRAME_BYTES) throw invalid(`part ${frame} says it has ${length} bytes`);
      const data = await read(file, position + LENGTH_BYTES, length);
      position += LENGTH_BYTES + length;
      const section = await sectionOf(rows, data, `${place}/${frame}`, header, frame);
      if (section.section === 'end') {
        if (section.frames !== frame || (await file.stat()).size !== position)
          throw invalid('there is something after its end');
        return;
      }
      yield section;
    }
  } finally {
    await file.close();
  }
}

async function headerOf(file: FileHandle): Promise<{ header: BackupHeader; line: string }> {
  const start = Buffer.alloc(MAX_HEADER_BYTES);
  const { bytesRead } = await file.read(start, 0, MAX_HEADER_BYTES, 0);
  const end = start.subarray(0, bytesRead).indexOf(0x0a);
  const line = start.toString('utf8', 0, end + 1);
  const parsed = backupHeaderSchema.safeParse(end < 0 ? undefined : jsonOf(line));
  if (!parsed.success) throw invalid('its first line is not that of a backup this version reads');
  return { header: parsed.data, line };
}

async function sectionOf(
  rows: EngineRows,
  data: Buffer,
  place: string,
  { key }: BackupHeader,
  frame: number,
): Promise<BackupSection> {
  let text: string;
  try {
    text = await rows.unpack(data, place);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'encryption_key_wrong')
      throw new CodedError(
        'backup_key_wrong',
        key.kind === 'passphrase'
          ? 'The passphrase is not the one this backup was made with.'
          : 'This backup was made with the key of another server. Set LOTSE_ENCRYPTION_KEY to the key of that server (its file encryption-key), or put it after the own one and a comma.',
      );
    throw invalid(`part ${frame} was changed or cut`, error);
  }
  const parsed = backupSectionSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw invalid(`part ${frame} has something in it this version does not know`);
  return parsed.data;
}

/** Memory is taken for what is there, not for what is said to be there. */
async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if ((await file.stat()).size < position + length) throw invalid('it ends too early');
  const data = Buffer.alloc(length);
  await file.read(data, 0, length, position);
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(what: string, cause?: unknown): CodedError {
  return new CodedError(
    'backup_invalid',
    `This backup can not be restored: ${what}. Nothing was changed.`,
    {},
    { cause },
  );
}
