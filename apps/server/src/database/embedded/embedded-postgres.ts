import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { access, chmod, chown, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '../../logging/logger.js';
import { writePrivateFile } from '../../bootstrap/private-file.js';
import { USE_A_SERVER, databaseError } from '../database.errors.js';
import { type PostgresBinaries, type RunAs, findPostgresBinaries, isReachable } from './postgres-binaries.js';
import { chooseRunAs } from './run-as.js';
import { clearStalePostmaster } from './postmaster-lock.js';

/** The superuser inside; only processes that can open the socket folder (0700) can be it. */
const DATABASE_USER = 'lotse';
const DATABASE_NAME = 'postgres';
/** `sun_path` holds 108 bytes on Linux and 104 elsewhere, `/.s.PGSQL.5432` included. */
const MAX_SOCKET_DIR_LENGTH = 85;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** How often it is looked whether the socket is still there: cleaners of /tmp remove what they take for forgotten. */
const LOOK_MS = 15_000;
const SOCKET_FILE = '.s.PGSQL.5432';
/** Lines of PostgreSQL's own words kept to explain a failed start. */
const KEPT_LINES = 30;

/**
 * Runs PostgreSQL as this shell's child and stops it when the pipe on descriptor 3 closes: that is, whenever and
 * however Lotse ends, so that no server is left behind. Descriptor 4, if any, keeps the database folder open.
 */
const PIPE_GUARD =
  '"$@" 3<&- & p=$!; (read -r _ <&3; kill -INT $p) 2>/dev/null & g=$!; wait $p; s=$?; kill $g 2>/dev/null; exit $s';

/** Settings for one busy process beside one server on a small machine; safe durability settings stay as they are. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  shared_buffers: '32MB',
  max_connections: '60',
  // Workers for asynchronous I/O and parallel queries cost memory and bring nothing at this size.
  io_method: 'sync',
  max_parallel_workers: '0',
  max_worker_processes: '2',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
  unix_socket_permissions: '0700',
};

/** How the `pg` driver reaches the server. */
export interface PostgresAddress {
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

/**
 * A PostgreSQL server of our own beside this process, on a unix socket: made on first use, started in well under a
 * second, stopped with us. Its files are in `<data>/postgres`.
 */
export class EmbeddedPostgres {
  readonly #databaseDir: string;
  readonly #lastLines: string[] = [];
  #guard: ChildProcess | undefined;
  #stopping = false;
  #temporarySocketDir: string | undefined;
  #looking: NodeJS.Timeout | undefined;
  #restarting: Promise<void> | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly logger: Logger,
    /** Called when the server ends although nobody stopped it. */
    private readonly onLost: (error: Error) => void,
    private readonly lookMs = LOOK_MS,
  ) {
    this.#databaseDir = join(dataDir, 'postgres');
  }

  /** Starts the server, making the database first if there is none. @throws CodedError saying what to do. */
  async start(): Promise<PostgresAddress> {
    const runAs = await chooseRunAs(this.#databaseDir);
    const binaries = await findPostgresBinaries(runAs, join(this.dataDir, 'cache'));
    await this.#prepareFolder(runAs);
    await clearStalePostmaster(join(this.#databaseDir, 'data'));
    if (!(await isInitialised(this.#databaseDir))) await this.#initialise(binaries, runAs);
    const socketDir = await this.#socketDir(runAs);
    await this.#spawnServer(binaries, runAs, socketDir);
    const address = { host: socketDir, user: DATABASE_USER, database: DATABASE_NAME };
    try {
      await this.#waitUntilReady(address);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#looking = setInterval(() => {
      this.#restarting ??= this.#heal(binaries, runAs, address)
        .catch((error: unknown) => {
          if (!this.#stopping) this.onLost(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(() => (this.#restarting = undefined));
    }, this.lookMs);
    this.#looking.unref();
    return address;
  }

  /** Nobody can connect any more without the socket, and a running server doesn't make it again: it is started anew. */
  async #heal(binaries: PostgresBinaries, runAs: RunAs | undefined, address: PostgresAddress): Promise<void> {
    if (this.#stopping || !this.#guard || (await exists(join(address.host, SOCKET_FILE)))) return;
    this.logger.error('The socket of the database was removed from outside; the database is restarted', {
      folder: address.host,
    });
    await this.#endServer();
    if (this.#stopping) return;
    await mkdir(address.host, { recursive: true, mode: 0o700 });
    if (runAs) await chown(address.host, runAs.uid, runAs.gid);
    await this.#spawnServer(binaries, runAs, address.host);
    await this.#waitUntilReady(address);
    this.logger.info('The database is back');
  }

  /** Stops the server: open transactions are rolled back, everything committed stays. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looking);
    await this.#restarting;
    await this.#endServer();
    if (this.#temporarySocketDir) await rm(this.#temporarySocketDir, { recursive: true, force: true });
  }

  async #endServer(): Promise<void> {
    const guard = this.#guard;
    this.#guard = undefined;
    if (guard && guard.exitCode === null && guard.signalCode === null) {
      guard.ref();
      const ended = once(guard, 'exit');
      pipeOf(guard)?.destroy();
      await Promise.race([ended, pause(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    }
  }

  async #prepareFolder(runAs: RunAs | undefined): Promise<void> {
    try {
      await mkdir(this.#databaseDir, { recursive: true, mode: 0o700 });
      await chmod(this.#databaseDir, 0o700);
      if (runAs) await chown(this.#databaseDir, runAs.uid, runAs.gid);
    } catch (error) {
      throw databaseError(
        'database_not_writable',
        `Can't write the database folder ${this.#databaseDir}: ${message(error)}. Make it writable, or set another LOTSE_DATA_DIR. ${USE_A_SERVER}`,
        error,
      );
    }
  }

  /** Makes the database aside and moves it into place, so that a crash leaves either nothing or all of it. */
  async #initialise(binaries: PostgresBinaries, runAs: RunAs | undefined): Promise<void> {
    this.logger.info('Making the database', { folder: this.#databaseDir, postgresql: binaries.version });
    for (const name of await readdir(this.#databaseDir))
      await rm(join(this.#databaseDir, name), { recursive: true, force: true });
    const folder = await this.#openFolder(runAs);
    try {
      const args = [
        '-D',
        join(folder.path, 'new'),
        '-U',
        DATABASE_USER,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ];
      const output = await run(binaries.initdb, args, runAs, folder.descriptor);
      if (output.status !== 0)
        throw databaseError(
          'database_init_failed',
          `Making the database in ${this.#databaseDir} failed: ${output.text.trim().split('\n').slice(-3).join(' ')}. ${USE_A_SERVER}`,
        );
    } finally {
      if (folder.descriptor !== undefined) closeSync(folder.descriptor);
    }
    await rename(join(this.#databaseDir, 'new'), join(this.#databaseDir, 'data'));
  }

  /**
   * The database folder as the server's account can name it. Below a private home that account can't walk the path;
   * then a descriptor that we opened is inherited and named through /proc.
   */
  async #openFolder(runAs: RunAs | undefined): Promise<{ path: string; descriptor: number | undefined }> {
    if (!runAs || (await isReachable(dirname(this.#databaseDir), runAs)))
      return { path: this.#databaseDir, descriptor: undefined };
    if (process.platform !== 'linux')
      throw databaseError(
        'database_root',
        `The account ${runAs.name}, which runs PostgreSQL for root, can't reach ${this.#databaseDir}. Set LOTSE_DATA_DIR to a folder outside of a private home, or start Lotse as another user. ${USE_A_SERVER}`,
      );
    return { path: '/proc/self/fd/4', descriptor: openSync(this.#databaseDir, 'r') };
  }

  async #socketDir(runAs: RunAs | undefined): Promise<string> {
    const inside = join(this.dataDir, 'postgres', 'socket');
    const reachable = !runAs || (await isReachable(dirname(this.#databaseDir), runAs));
    if (reachable && Buffer.byteLength(inside) <= MAX_SOCKET_DIR_LENGTH) {
      await mkdir(inside, { recursive: true, mode: 0o700 });
      if (runAs) await chown(inside, runAs.uid, runAs.gid);
      return inside;
    }
    const note = join(this.dataDir, 'postgres-socket');
    const old = await readFile(note, 'utf8').catch(() => '');
    if (/^\/[^\n]*\/lotse-pg-[A-Za-z0-9]+$/.test(old)) await rm(old, { recursive: true, force: true });
    const fresh = await mkdtemp(join(Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp', 'lotse-pg-'));
    if (runAs) await chown(fresh, runAs.uid, runAs.gid);
    await writePrivateFile(note, fresh);
    this.#temporarySocketDir = fresh;
    return fresh;
  }

  async #spawnServer(binaries: PostgresBinaries, runAs: RunAs | undefined, socketDir: string): Promise<void> {
    const folder = await this.#openFolder(runAs);
    const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socketDir }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    );
    const guard = spawn(
      '/bin/sh',
      ['-c', PIPE_GUARD, 'lotse-postgres', binaries.postgres, '-D', join(folder.path, 'data'), ...settings],
      {
        // A session of its own: Ctrl-C in the terminal reaches Lotse alone, which then stops the server in order.
        detached: true,
        stdio: [
          'ignore',
          'pipe',
          'pipe',
          'pipe',
          ...(folder.descriptor === undefined ? [] : [folder.descriptor]),
        ],
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
        ...(runAs ? { uid: runAs.uid, gid: runAs.gid } : {}),
      },
    );
    if (folder.descriptor !== undefined) closeSync(folder.descriptor);
    this.#guard = guard;
    pipeOf(guard)?.on('error', () => undefined);
    for (const stream of [guard.stdout, guard.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#heard(text));
    guard.on('error', (error) => this.#lastLines.push(error.message));
    guard.on('exit', (status) => {
      if (this.#stopping || this.#guard !== guard) return;
      this.#guard = undefined;
      this.onLost(
        databaseError(
          'database_lost',
          `The embedded PostgreSQL ended by itself (status ${String(status)}): ${this.#lastLines.slice(-3).join(' ')}`,
        ),
      );
    });
    guard.unref();
  }

  #heard(text: string): void {
    for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
      this.#lastLines.push(line);
      if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
      this.logger.debug('PostgreSQL says', { line });
    }
  }

  async #waitUntilReady(address: PostgresAddress): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const client = new Client({ ...address, connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (this.#guard === undefined || Date.now() > deadline) {
          const words = this.#lastLines.slice(-5).join(' ') || message(error);
          await this.#endServer();
          throw databaseError(
            'database_start_failed',
            `Starting the embedded PostgreSQL in ${this.#databaseDir} failed: ${words}. ${USE_A_SERVER}`,
            error,
          );
        }
        await pause(10);
      }
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isInitialised(databaseDir: string): Promise<boolean> {
  return (await readdir(join(databaseDir, 'data')).catch((): string[] => [])).includes('PG_VERSION');
}

function pipeOf(guard: ChildProcess): Writable | undefined {
  const pipe = guard.stdio[3];
  return pipe && 'destroy' in pipe && 'write' in pipe ? pipe : undefined;
}

async function run(
  program: string,
  args: string[],
  runAs: RunAs | undefined,
  descriptor: number | undefined,
): Promise<{ status: number | null; text: string }> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', ...(descriptor === undefined ? [] : [descriptor])],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(runAs ? { uid: runAs.uid, gid: runAs.gid } : {}),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (text = (text + part).slice(-8_192)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, text }));
  });
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
