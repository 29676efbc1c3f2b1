import type { DataSource } from 'typeorm';
import { EngineLock } from '../cluster/engine-lock.js';
import { JournalRepository } from '../cluster/journal.repository.js';
import { SnapshotRepository } from '../cluster/snapshot.repository.js';
import type { Config } from '../config/config.js';
import type { Encryption } from '../database/encryption/encryption.js';
import type { Logger } from '../logging/logger.js';
import { isClusterUsed } from './is-cluster-used.js';
import { restoreBackup } from './restore-backup.js';

/** Which backup, and may it replace what is there? */
export interface RestoreRequest {
  readonly path: string;
  readonly replace: boolean;
}

/** Restores a backup before anything of the server runs. */
export async function restoreAtStart(
  { path, replace }: RestoreRequest,
  config: Config,
  source: DataSource,
  encryption: Encryption,
  logger: Logger,
): Promise<void> {
  const ignore = (): void => undefined;
  const lock = await EngineLock.take(source, { onBroken: ignore, onHeldAgain: ignore, onTakenOver: ignore });
  try {
    const journal = new JournalRepository(
      source,
      encryption,
      new SnapshotRepository(source, encryption),
      logger,
    );
    journal.useFence(lock.fence);
    // what can't be read any more can still be replaced
    const state = replace ? undefined : await journal.restore();
    const { revision, createdAt } = await restoreBackup({
      path,
      source,
      encryption,
      dataDir: config.dataDir,
      passphrase: config.backupPassphrase?.reveal(),
      replace,
      isClusterUsed: () => isClusterUsed(state?.objects ?? []),
    });
    logger.info('A backup was restored', { revision, createdAt });
  } finally {
    await lock.release();
  }
}
