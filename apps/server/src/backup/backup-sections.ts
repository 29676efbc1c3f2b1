import { z } from 'zod';

/** One table that goes into a backup. */
interface BackupTable {
  /** Which of its rows; all by default. */
  readonly where?: string;
  /** The column that is encrypted in the database; in a backup its text is inside what is encrypted there. */
  readonly secret?: string;
  /** To what place the encryption binds it. */
  readonly purpose?: (row: Readonly<Record<string, unknown>>) => string;
}

/**
 * The tables of a backup, in the order in which they can be filled. Not in it: sessions, the audit log, caches, mirrors,
 * queues.
 */
export const BACKUP_TABLES = {
  users: {},
  credentials: { where: "kind = 'token'" },
  repositories: { secret: 'secrets', purpose: (row) => `repository ${String(row['url'])}` },
  gpg_keys: {},
  settings: { where: "name <> 'encryption-check'" },
  rendered_manifests: { secret: 'content', purpose: (row) => `manifests/${String(row['digest'])}` },
  history_entries: {},
} as const satisfies Readonly<Record<string, BackupTable>>;
export type BackupTableName = keyof typeof BACKUP_TABLES;
export const BACKUP_TABLE_NAMES = Object.keys(BACKUP_TABLES) as BackupTableName[];

/** What is said of a table, with the optional parts there are. */
export function backupTable(name: BackupTableName): BackupTable {
  return BACKUP_TABLES[name];
}

/** Files of the data folder that a backup has: what signs and trusts. No other name is written at a restore. */
export const BACKUP_FILES = [
  'pki/ca.key',
  'pki/ca.crt',
  'pki/sa.key',
  'webhook-secret',
  'ssh/known_hosts',
] as const;

const clusterObject = z.object({
  resource: z
    .string()
    .regex(/^[a-z0-9.-]{0,253}\/[a-z0-9.-]{1,253}$/)
    .transform((text) => text as `${string}/${string}`),
  object: z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({ name: z.string().min(1), namespace: z.string().optional() }),
  }),
});
const row = z.record(z.string(), z.unknown());

/** What is in one frame of a backup. */
export const backupSectionSchema = z.discriminatedUnion('section', [
  z.object({ section: z.literal('cluster'), rows: z.array(clusterObject) }),
  z.object({
    section: z.literal('files'),
    rows: z.array(z.object({ name: z.enum(BACKUP_FILES), content: z.string() })),
  }),
  z.object({
    section: z.literal('table'),
    table: z.enum(BACKUP_TABLE_NAMES),
    rows: z.array(z.object({ row, secret: z.string().nullable().optional() })),
  }),
  z.object({ section: z.literal('end'), frames: z.number().int() }),
]);
export type BackupSection = z.output<typeof backupSectionSchema>;
