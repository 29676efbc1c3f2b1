import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.js';
import { createServer } from '../src/bootstrap/create-server.js';
import { Logger } from '../src/logging/logger.js';
import { JobQueue } from '../src/jobs/job-queue.port.js';
import { RepositoryEvents } from '../src/repositories/repository-events.js';
import { RepositoryInterests } from '../src/repositories/repository-interests.js';
import { RepositoryPoller } from '../src/repositories/repository-poller.js';
import { RepositoryService } from '../src/repositories/repository.service.js';
import { GitHost } from './support/git-host.js';
import { has, hasPostgres } from './support/needs.js';
import { PostgresServer } from './support/postgres-server.js';
import { RedisServer } from './support/redis-server.js';
import { type TestServer, startPlatform } from './support/start-server.js';

/** What has to work in every mode: signing in, encrypted storage, a job from queue to handler. */
async function works(server: TestServer): Promise<void> {
  const host = await new GitHost().start();
  try {
    host.create('repo', { a: '1' });
    const url = host.url('repo');
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: url, username: 'u', password: 'canary' })
      .expect(200);
    const interests = server.app.get(RepositoryInterests);
    interests.set('app', [{ url, revision: 'main' }]);
    const service = server.app.get(RepositoryService);
    await service.resolve(url, 'main');
    const moved = new Promise((resolve) => server.app.get(RepositoryEvents).once('moved', resolve));
    const next = host.commit('repo', { a: '2' });
    await server.app.get(RepositoryPoller).pollNow(url);
    await moved;
    expect((await service.resolve(url, 'main')).commit).toBe(next);
    await expect.poll(() => server.app.get(JobQueue).depth('repository.poll')).toBe(0);
    interests.remove('app');
  } finally {
    await host.stop();
  }
}

describe('the embedded database', () => {
  it('comes back when its socket is removed, as cleaners of temporary folders do', async () => {
    const server = await startPlatform();
    const { host } = server.app.get(DataSource).options as unknown as { host: string };
    rmSync(host, { recursive: true });
    await expect
      .poll(() => server.logs.map(({ message }) => message), { timeout: 60_000 })
      .toContain('The database is back');
    await expect.poll(async () => (await server.call('get', '/api/v1/account')).status).toBe(200);
    await works(server);
    await server.stop();
  });

  it('keeps everything over a restart, and starts quickly the second time', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'lotse-keep-'));
    const first = await startPlatform({}, dataDir);
    await works(first);
    await first.call('post', '/api/v1/account').send({ name: 'kept' }).expect(200);
    await first.close();
    const second = await startPlatform({}, dataDir);
    await second.call('get', '/api/v1/account/kept').expect(200);
    expect((await second.call('get', '/api/v1/repositories').expect(200)).body).toMatchObject({
      items: [{ hasPassword: true }],
    });
    await request(second.url)
      .get('/api/v1/session/userinfo')
      .set('Authorization', `Bearer ${first.token}`)
      .expect(200);
    await second.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says who has it when two servers share a data folder', async () => {
    const server = await startPlatform();
    const { config } = loadConfig(
      { LOTSE_PORT: '0', LOTSE_KUBE_PORT: '0', LOTSE_DATA_DIR: server.dataDir },
      '/',
    );
    await expect(createServer(config, new Logger(() => undefined))).rejects.toMatchObject({
      code: 'database_in_use',
      message: expect.stringContaining('another Lotse'),
    });
    await request(server.url).get('/readyz').expect(200);
    await server.stop();
  });
});

describe.skipIf(!hasPostgres)('a PostgreSQL server by DATABASE_URL', () => {
  it('serves the same, and its password is never told', async () => {
    const postgres = await new PostgresServer().start();
    const server = await startPlatform({ DATABASE_URL: postgres.url });
    await works(server);
    expect(JSON.stringify(server.logs)).not.toContain('canary-database');
    await server.stop();
    await postgres.stop();
  });

  it('may go away: not ready, still alive, and on again when it is back', async () => {
    const postgres = await new PostgresServer().start();
    const server = await startPlatform({ DATABASE_URL: postgres.url });
    await postgres.interrupt();
    await request(server.url).get('/readyz').expect(503);
    await request(server.url).get('/healthz').expect(200);
    const failed = await server.call('get', '/api/v1/account');
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.text).not.toContain('canary-database');
    await postgres.restart();
    await expect.poll(async () => (await request(server.url).get('/readyz')).status).toBe(200);
    await server.call('get', '/api/v1/account').expect(200);
    await works(server);
    await server.stop();
    await postgres.stop();
  });

  it('may be shared by two processes that start at once', async () => {
    const postgres = await new PostgresServer().start();
    const settings = {
      DATABASE_URL: postgres.url,
      LOTSE_ADMIN_PASSWORD: 'shared-password',
      LOTSE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    const [a, b] = await Promise.all([startPlatform(settings), startPlatform(settings)]);
    await a.call('post', '/api/v1/account').send({ name: 'there' }).expect(200);
    await b.call('get', '/api/v1/account/there').expect(200);
    await request(b.url)
      .get('/api/v1/session/userinfo')
      .set('Authorization', `Bearer ${a.token}`)
      .expect(200);
    await Promise.all([a.stop(), b.stop()]);
    await postgres.stop();
  });
});

describe('a database that can not be reached', () => {
  it('is reported with what to do, without the password', async () => {
    const { config } = loadConfig(
      {
        DATABASE_URL: 'postgres://lotse:canary-database@127.0.0.1:1/x',
        LOTSE_DATA_DIR: mkdtempSync(join(tmpdir(), 'lotse-none-')),
      },
      '/',
    );
    const failure: unknown = await createServer(config, new Logger(() => undefined)).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'database_unreachable',
      message: expect.stringContaining('DATABASE_URL'),
    });
    expect(String(failure)).not.toContain('canary-database');
    rmSync(config.dataDir, { recursive: true, force: true });
  });
});

describe.skipIf(!has('redis-server'))('Redis by REDIS_URL', () => {
  it('carries the queues', async () => {
    const redis = await new RedisServer().start();
    const server = await startPlatform({ REDIS_URL: redis.url });
    await works(server);
    const client = new Redis(redis.url);
    expect((await client.keys('lotse:*')).length).toBeGreaterThan(0);
    client.disconnect();
    expect(
      await server.app
        .get(DataSource)
        .query("SELECT 1 FROM information_schema.schemata WHERE schema_name = 'bullmq'"),
    ).toEqual([]);
    await server.stop();
    await redis.stop();
  });
});
