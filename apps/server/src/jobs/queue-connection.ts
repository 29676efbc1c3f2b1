import { PostgresConnection } from 'bullmq';
import pg from 'pg';
import type { Config } from '../config/config.js';
import { type DatabaseAddress, driverOptions } from '../database/data-source.js';
import type { QueueConnection } from './bull-job-queue.js';

const SCHEMA = 'bullmq';
/** Every worker keeps one connection to listen on; queries share the rest. */
const SPARE_CONNECTIONS = 6;

/** The connection all queues share, and how to close it. */
export interface OpenQueueConnection {
  readonly connection: QueueConnection;
  close(): Promise<void>;
}

/** Opens what the queues need: Redis by its address, else a pool on the database with BullMQ's tables up to date. */
export async function openQueueConnection(
  config: Config,
  address: DatabaseAddress,
  kinds: number,
): Promise<OpenQueueConnection> {
  if (config.redisUrl)
    return { connection: { redisUrl: config.redisUrl.reveal() }, close: async () => undefined };
  await migrate(address);
  const pool = new pg.Pool({
    ...driverOptions(address),
    options: `-c search_path=${SCHEMA}`,
    application_name: 'lotse queues',
    max: kinds + SPARE_CONNECTIONS,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  // Every queue and worker listens to the one pool; that is meant.
  pool.setMaxListeners(0);
  return { connection: { pool }, close: () => pool.end() };
}

async function migrate(address: DatabaseAddress): Promise<void> {
  const migration = new PostgresConnection({
    ...driverOptions(address),
    schema: SCHEMA,
    migrate: true,
    max: 1,
  } as ConstructorParameters<typeof PostgresConnection>[0]);
  migration.on('error', () => undefined);
  try {
    await migration.waitUntilReady();
  } finally {
    await migration.close();
  }
}
