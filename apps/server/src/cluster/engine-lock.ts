import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '@lotse/manifests';
import type { DataSource, QueryRunner } from 'typeorm';

/** Any number will do as long as nothing else in the database takes it: the letters of `Lotse`. */
const LOCK_KEY = 0x4c_6f_74_73_65;
/** A process that is being replaced has this long to let go; a killed one lets go with its connection. */
const PATIENCE_MS = 10_000;
const ASK_AGAIN_MS = 250;

/**
 * Holds the right to run the engine on a database. Two engines on one log would lose each other's acknowledged writes, so
 * the second one does not start. The lock lives and dies with its connection.
 */
export class EngineLock {
  readonly #runner: QueryRunner;

  private constructor(runner: QueryRunner) {
    this.#runner = runner;
  }

  /** @throws CodedError `engine_locked` when another process keeps it. */
  static async take(source: DataSource, patienceMs = PATIENCE_MS): Promise<EngineLock> {
    const runner = source.createQueryRunner();
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const [row]: { taken: boolean }[] = await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [
        LOCK_KEY,
      ]);
      if (row?.taken) return new EngineLock(runner);
      if (performance.now() > untilMs) break;
      await pause(ASK_AGAIN_MS);
    }
    await runner.release();
    throw new CodedError(
      'engine_locked',
      'Another Lotse runs on this database. Stop it, or give this one a DATABASE_URL of its own.',
    );
  }

  async release(): Promise<void> {
    await this.#runner.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
    await this.#runner.release();
  }
}
