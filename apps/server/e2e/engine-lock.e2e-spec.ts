import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { EngineLock } from '../src/cluster/engine-lock.js';
import { startServer, type TestServer } from './support/start-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

it('lets one process at a time run the engine on a database', async () => {
  const source = server.app.get(DataSource);
  await expect(EngineLock.take(source, 0)).rejects.toMatchObject({ code: 'engine_locked' });
});
