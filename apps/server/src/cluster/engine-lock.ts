import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '@lotse/manifests';
import type { DataSource, QueryRunner } from 'typeorm';

/** Any number will do as long as nothing else in the database takes it: the letters of `Lotse`. */
const LOCK_KEY = 0x4c_6f_74_73_65;
/** A process that is being replaced has this long to let go; a killed one lets go with its connection. */
const PATIENCE_MS = 10_000;
const ASK_AGAIN_MS = 250;
/** Pauses between tries to get a lost lock back: the database may be away for a while. */
const LONGEST_PAUSE_MS = 5_000;
/** The row of `leases` whose fence every write of the engine names. */
const LEASE = 'engine';

/** What is to happen when the right was lost. */
export interface EngineLockListener {
  /** The connection broke. Writes still are safe (they name the fence); the lock is asked for again. */
  readonly onBroken: (error: Error) => void;
  readonly onHeldAgain: () => void;
  /** Another process runs the engine by now: this one must end. */
  readonly onTakenOver: (error: CodedError) => void;
}

/**
 * Holds the right to run the engine on a database. Two engines on one log would lose each other's acknowledged writes, so
 * the second one does not start. The lock lives and dies with its connection; because a connection can break while both
 * ends go on, whoever takes the lock also raises a fence, and what names an older fence is not written any more.
 */
export class EngineLock {
  readonly #source: DataSource;
  readonly #listener: EngineLockListener;
  #runner: QueryRunner | undefined;
  #released = false;

  private constructor(
    source: DataSource,
    listener: EngineLockListener,
    /** What every write has to name. */
    readonly fence: string,
  ) {
    this.#source = source;
    this.#listener = listener;
  }

  /** @throws CodedError `engine_locked` when another process keeps it. */
  static async take(
    source: DataSource,
    listener: EngineLockListener,
    patienceMs = PATIENCE_MS,
  ): Promise<EngineLock> {
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const runner = await tryLock(source);
      if (runner) {
        const lock = new EngineLock(source, listener, await raiseFence(runner));
        await lock.#watch(runner);
        return lock;
      }
      if (performance.now() > untilMs) break;
      await pause(ASK_AGAIN_MS);
    }
    throw new CodedError(
      'engine_locked',
      'Another Lotse runs on this database. Stop it, or give this one a DATABASE_URL of its own.',
    );
  }

  async release(): Promise<void> {
    this.#released = true;
    const runner = this.#runner;
    this.#runner = undefined;
    await runner?.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
    await runner?.release();
  }

  async #watch(runner: QueryRunner): Promise<void> {
    this.#runner = runner;
    const connection = (await runner.connect()) as NodeJS.EventEmitter;
    const broken = (error?: Error): void => {
      if (this.#runner !== runner) return;
      this.#runner = undefined;
      this.#listener.onBroken(error ?? new Error('the connection ended'));
      void this.#retake();
    };
    connection.once('error', broken);
    connection.once('end', broken);
  }

  async #retake(): Promise<void> {
    for (let pauseMs = ASK_AGAIN_MS; !this.#released; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        // whoever took over raised the fence; who has the lock without having raised it is on the way to it
        if ((await fenceNow(this.#source)) !== this.fence)
          return this.#listener.onTakenOver(engineTakenOver());
        const runner = await tryLock(this.#source);
        if (runner && (await fenceNow(runner)) === this.fence) {
          await this.#watch(runner);
          if (this.#released) await this.release();
          else this.#listener.onHeldAgain();
          return;
        }
        await runner?.release();
      } catch {
        // the database is away: nobody else can take over either
      }
      await pause(pauseMs, undefined, { ref: false });
    }
  }
}

/** The error of a process whose right went to another one. */
export function engineTakenOver(): CodedError {
  return new CodedError(
    'engine_taken_over',
    'Another Lotse took over the engine on this database while the connection was broken. This one stops; nothing it acknowledged is lost.',
  );
}

/** A query that yields a row while the fence stands, and keeps it standing until the end of the transaction. */
export const FENCE_STANDS = `SELECT 1 FROM leases WHERE name = '${LEASE}' AND fence = $1 FOR SHARE`;

async function tryLock(source: DataSource): Promise<QueryRunner | undefined> {
  const runner = source.createQueryRunner();
  try {
    const [row]: { taken: boolean }[] = await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [
      LOCK_KEY,
    ]);
    if (row?.taken) return runner;
  } catch (error) {
    await runner.release();
    throw error;
  }
  await runner.release();
  return undefined;
}

/** Ends the right of whoever has it, and answers what to name instead. Waits for writes that named the fence before. */
export async function raiseFence(runner: Pick<QueryRunner, 'query'>): Promise<string> {
  const rows: { fence: string }[] = await runner.query(
    `INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, $2, 1, 'infinity')
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1
     RETURNING fence`,
    [LEASE, `${hostname()}/${process.pid}`],
  );
  return rows[0]?.fence ?? '';
}

async function fenceNow(source: Pick<DataSource, 'query'>): Promise<string | undefined> {
  const rows: { fence: string }[] = await source.query('SELECT fence FROM leases WHERE name = $1', [LEASE]);
  return rows[0]?.fence;
}
