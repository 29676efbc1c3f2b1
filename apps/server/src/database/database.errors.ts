import { CodedError } from '@lotse/manifests';

/** What can go wrong with the database before anything is served. */
export type DatabaseErrorCode =
  | 'database_unsupported_platform'
  | 'database_no_binaries'
  | 'database_in_use'
  | 'database_not_writable'
  | 'database_root'
  | 'database_init_failed'
  | 'database_start_failed'
  | 'database_unreachable'
  | 'database_lost';

/** What people can always do instead. */
export const USE_A_SERVER =
  'Set DATABASE_URL=postgres://user:password@host:5432/database to use a PostgreSQL server instead.';

export function databaseError(code: DatabaseErrorCode, message: string, cause?: unknown): CodedError {
  return new CodedError(code, message, {}, cause === undefined ? undefined : { cause });
}
