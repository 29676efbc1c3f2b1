import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { chooseRunAs } from '../../src/database/embedded/run-as.js';
import { postgresPrograms } from './needs.js';

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** This machine's PostgreSQL with a password, as an operator would run it, in a folder of its own. */
export class PostgresServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lotse-pgserver-'));
  #port = 0;
  #process: ChildProcess | undefined;

  get url(): string {
    return `postgres://lotse:canary-database@127.0.0.1:${this.#port}/postgres`;
  }

  async start(): Promise<this> {
    const runAs = await chooseRunAs(this.#folder);
    const ids = runAs ? { uid: runAs.uid, gid: runAs.gid } : {};
    if (runAs) chownSync(this.#folder, runAs.uid, runAs.gid);
    const data = join(this.#folder, 'data');
    const passwordFile = join(this.#folder, 'password');
    execFileSync('/bin/sh', ['-c', `printf canary-database > ${passwordFile}`], ids);
    execFileSync(
      join(postgresPrograms ?? '', 'initdb'),
      [
        '-D',
        data,
        '-U',
        'lotse',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--no-sync',
        '--encoding=UTF8',
        '--locale=C',
      ],
      { ...ids, stdio: 'ignore', cwd: this.#folder },
    );
    this.#port = await freePort();
    await this.restart();
    return this;
  }

  /** Starts it (again). */
  async restart(): Promise<void> {
    const runAs = await chooseRunAs(this.#folder);
    this.#process = spawn(
      join(postgresPrograms ?? '', 'postgres'),
      [
        '-D',
        join(this.#folder, 'data'),
        '-h',
        '127.0.0.1',
        '-p',
        String(this.#port),
        '-k',
        this.#folder,
        '-c',
        'fsync=off',
        '-c',
        'max_connections=60',
      ],
      {
        stdio: 'ignore',
        cwd: this.#folder,
        ...(runAs ? { uid: runAs.uid, gid: runAs.gid } : {}),
      },
    );
    for (let i = 0; i < 200; i++) {
      const client = new pg.Client({ connectionString: this.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch {
        await pause(50);
      }
    }
    throw new Error('PostgreSQL did not start.');
  }

  /** Stops it at once, as a crash of its machine would. */
  async interrupt(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await ended;
  }

  async stop(): Promise<void> {
    await this.interrupt();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
