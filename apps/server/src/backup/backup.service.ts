import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource } from 'typeorm';
import { StartHooks } from '../bootstrap/start-hooks.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { Encryption } from '../database/encryption/encryption.js';
import { Logger } from '../logging/logger.js';
import type { BackupHeader } from './backup-header.js';
import { isClusterUsed } from './is-cluster-used.js';
import { restoreBackup } from './restore-backup.js';
import { writeBackup } from './write-backup.js';

/** What is sent over HTTP; larger ones are restored with `npm start -- --restore`. */
const MAX_UPLOAD_BYTES = 8 * 1024 ** 3;

/** Backups of the running server, and back. One at a time. */
@Injectable()
export class BackupService implements OnModuleInit {
  readonly #folder: string;
  #busy = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly source: DataSource,
    private readonly encryption: Encryption,
    private readonly host: ClusterHost,
    private readonly hooks: StartHooks,
    private readonly logger: Logger,
  ) {
    this.#folder = join(config.dataDir, 'restore');
  }

  async onModuleInit(): Promise<void> {
    // what a process left that ended in the middle
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Writes a backup to `target` and ends it. @throws CodedError `backup_in_progress`. */
  async backUp(passphrase: string | undefined, target: NodeJS.WritableStream): Promise<void> {
    await this.#alone(async () => {
      const bytes = writeBackup({
        store: this.host.cluster.store,
        source: this.source,
        encryption: this.encryption,
        dataDir: this.config.dataDir,
        passphrase,
      });
      await pipeline(Readable.from(bytes, { objectMode: false, highWaterMark: 1 << 20 }), target);
    });
  }

  /** Takes a backup in and restores it. Afterwards this server has to start again. */
  async restore(
    body: NodeJS.ReadableStream,
    passphrase: string | undefined,
    replace: boolean,
  ): Promise<BackupHeader> {
    return this.#alone(async () => {
      try {
        const path = await this.#receive(body);
        const header = await this.hooks.replacingState(() =>
          restoreBackup({
            path,
            source: this.source,
            encryption: this.encryption,
            dataDir: this.config.dataDir,
            passphrase,
            replace,
            isClusterUsed: () => isClusterUsed(this.host.cluster.store.snapshot().objects),
          }),
        );
        this.host.retire();
        this.logger.info('A backup was restored', { revision: header.revision, createdAt: header.createdAt });
        return header;
      } finally {
        await rm(this.#folder, { recursive: true, force: true });
      }
    });
  }

  async #receive(body: NodeJS.ReadableStream): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, 'backup');
    let bytes = 0;
    const limit = new Transform({
      transform(part: Buffer, _encoding, done) {
        bytes += part.length;
        if (bytes > MAX_UPLOAD_BYTES)
          done(
            new CodedError('backup_too_large', `A backup over HTTP has at most ${MAX_UPLOAD_BYTES} bytes.`),
          );
        else done(null, part);
      },
    });
    await pipeline(body, limit, createWriteStream(path, { mode: 0o600 }));
    return path;
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy)
      throw new CodedError('backup_in_progress', 'A backup or a restore runs already. Wait for its end.');
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }
}
