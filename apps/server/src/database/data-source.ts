import pg from 'pg';
import { DataSource } from 'typeorm';
import { redactText } from '../logging/redact.js';
import { USE_A_SERVER, databaseError } from './database.errors.js';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations/index.js';

/** Connections for REST, controllers and the engine's log together; queries are short. */
const POOL_SIZE = 12;
/** One number, the same in every version: only one process migrates at a time. */
const MIGRATION_LOCK = 7_061_651_003;
const CONNECT_TIMEOUT_MS = 15_000;

/** How to reach the database: a connection string, or the parts of a socket address. */
export type DatabaseAddress =
  { readonly url: string } | { readonly host: string; readonly user: string; readonly database: string };

/** The options of the `pg` driver for an address. */
export function driverOptions(address: DatabaseAddress): pg.PoolConfig {
  return 'url' in address ? { connectionString: address.url } : { ...address };
}

/**
 * Connects, brings the tables up to date, and returns the data source.
 * @throws CodedError `database_unreachable` without the password in its text.
 */
export async function openDataSource(address: DatabaseAddress): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    ...('url' in address
      ? { url: address.url }
      : { host: address.host, username: address.user, database: address.database }),
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    applicationName: 'lotse',
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // An idle connection that drops (server restart) is the pool's to replace, never a reason to crash.
    poolErrorHandler: () => undefined,
  });
  try {
    await source.initialize();
  } catch (error) {
    throw databaseError(
      'database_unreachable',
      `Can't connect to the database: ${redactText(error instanceof Error ? error.message : String(error))}. Check DATABASE_URL, and that the server runs and lets this user in. ${'url' in address ? '' : USE_A_SERVER}`.trim(),
      error,
    );
  }
  await migrate(source, address);
  return source;
}

async function migrate(source: DataSource, address: DatabaseAddress): Promise<void> {
  const guard = new pg.Client({ ...driverOptions(address), application_name: 'lotse migrations' });
  guard.on('error', () => undefined);
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
  } finally {
    await guard.end();
  }
}
