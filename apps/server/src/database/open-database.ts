import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import { type DatabaseAddress, openDataSource } from './data-source.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

/** Injection token of `OpenDatabase`. */
export const DATABASE = Symbol('OpenDatabase');

/** The database of this process, ready and up to date. */
export interface OpenDatabase {
  readonly source: DataSource;
  readonly address: DatabaseAddress;
  readonly mode: 'embedded' | 'server';
  /** Closes the connections and, when it is ours, stops the server. */
  close(): Promise<void>;
}

/**
 * Opens the database the settings name: a server by its address, or the embedded one in the data folder.
 * @param onLost is called when the embedded server ends by itself: nothing can be promised any more.
 */
export async function openDatabase(
  config: Config,
  logger: Logger,
  onLost: (error: Error) => void,
): Promise<OpenDatabase> {
  if (config.databaseUrl) {
    const address = { url: config.databaseUrl.reveal() };
    const source = await openDataSource(address);
    return { source, address, mode: 'server', close: () => source.destroy() };
  }
  const server = new EmbeddedPostgres(config.dataDir, logger.child('postgresql'), onLost);
  const address = await server.start();
  try {
    const source = await openDataSource(address);
    return {
      source,
      address,
      mode: 'embedded',
      close: async () => {
        await source.destroy();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
