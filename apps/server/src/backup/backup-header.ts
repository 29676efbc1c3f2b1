import { z } from 'zod';

/** The first line of a backup, readable: what it is and which key it needs. Everything after it is encrypted. */
export const backupHeaderSchema = z.object({
  format: z.literal('lotse-backup'),
  version: z.literal(1),
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  /** Of the cluster, at the moment of the backup. */
  revision: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  lotse: z.string().max(64),
  key: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('server'), id: z.string().max(64) }),
    z.object({ kind: z.literal('passphrase'), salt: z.base64().max(64) }),
  ]),
});
export type BackupHeader = z.output<typeof backupHeaderSchema>;

/** The first line is no longer than this. */
export const MAX_HEADER_BYTES = 4_096;
