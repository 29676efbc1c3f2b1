import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.js';
import type { DatabaseAddress } from '../src/database/data-source.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { BullJobQueue } from '../src/jobs/bull-job-queue.js';
import { type OpenQueueConnection, openQueueConnection } from '../src/jobs/queue-connection.js';
import { Logger } from '../src/logging/logger.js';
import { has } from './support/needs.js';
import { RedisServer } from './support/redis-server.js';

const logger = new Logger(() => undefined);

/** What every queue has to do, whatever it runs on. */
function conformance(open: () => Promise<OpenQueueConnection>): void {
  const opened: { queue: BullJobQueue; connection: OpenQueueConnection }[] = [];

  const openQueue = async (): Promise<BullJobQueue> => {
    const connection = await open();
    const queue = new BullJobQueue(connection.connection, logger);
    await queue.open();
    opened.push({ queue, connection });
    return queue;
  };

  afterEach(async () => {
    for (const { queue, connection } of opened.splice(0)) {
      await queue.close(1_000);
      await connection.close();
    }
  });

  it('runs a job once, and keeps one that waits from being added twice', async () => {
    const queue = await openQueue();
    for (let i = 0; i < 5; i++) await queue.add('repository.poll', { url: 'a' }, { id: 'a' });
    await queue.add('repository.poll', { url: 'b' }, { id: 'b' });
    expect(await queue.depth('repository.poll')).toBe(2);
    const seen: string[] = [];
    queue.work('repository.poll', { handle: async ({ url }) => void seen.push(url) }, 1);
    await expect.poll(() => seen.toSorted()).toEqual(['a', 'b']);
    await expect.poll(() => queue.depth('repository.poll')).toBe(0);
  });

  it('runs once more what was added while it ran', async () => {
    const queue = await openQueue();
    const started: (() => void)[] = [];
    let runs = 0;
    queue.work(
      'repository.poll',
      { handle: () => new Promise<void>((resolve) => void (runs++, started.push(resolve))) },
      4,
    );
    await queue.add('repository.poll', { url: 'a' }, { id: 'a' });
    await expect.poll(() => runs).toBe(1);
    for (let i = 0; i < 3; i++) await queue.add('repository.poll', { url: 'a' }, { id: 'a' });
    expect(runs).toBe(1);
    started[0]?.();
    await expect.poll(() => runs).toBe(2);
    started[1]?.();
    await expect.poll(() => queue.depth('repository.poll')).toBe(0);
    expect(runs).toBe(2);
  });

  it('lets people overtake routines', async () => {
    const queue = await openQueue();
    await queue.add('repository.poll', { url: 'routine' });
    await queue.add('repository.poll', { url: 'person' }, { priority: 1 });
    const seen: string[] = [];
    queue.work('repository.poll', { handle: async ({ url }) => void seen.push(url) }, 1);
    await expect.poll(() => seen).toEqual(['person', 'routine']);
  });

  it('tries again what failed', async () => {
    const queue = await openQueue();
    let tries = 0;
    queue.work(
      'repository.poll',
      {
        handle: async () => {
          if (++tries < 2) throw new Error('not yet');
        },
      },
      1,
    );
    await queue.add('repository.poll', { url: 'a' });
    await expect.poll(() => tries).toBe(2);
  });

  it('keeps jobs over a restart', async () => {
    const before = await openQueue();
    await before.add('repository.poll', { url: 'kept' }, { id: 'kept' });
    await before.close(0);
    const after = await openQueue();
    const seen: string[] = [];
    after.work('repository.poll', { handle: async ({ url }) => void seen.push(url) }, 1);
    await expect.poll(() => seen).toEqual(['kept']);
  });
}

describe('the queue on the embedded PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-jobs-'));
  const server = new EmbeddedPostgres(folder, logger, () => undefined);
  let address: DatabaseAddress;

  beforeAll(async () => {
    address = await server.start();
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  conformance(() => openQueueConnection(loadConfig({}, '/').config, address, 1));
});

describe.skipIf(!has('redis-server'))('the queue on Redis', () => {
  const redis = new RedisServer();

  beforeAll(async () => {
    await redis.start();
  });

  afterAll(async () => {
    await redis.stop();
  });

  conformance(() => openQueueConnection(loadConfig({ REDIS_URL: redis.url }, '/').config, { url: '' }, 1));
});
