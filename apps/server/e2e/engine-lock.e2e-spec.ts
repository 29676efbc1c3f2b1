import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { StartHooks } from '../src/bootstrap/start-hooks.js';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { EngineLock } from '../src/cluster/engine-lock.js';
import { startServer, type TestServer } from './support/start-server.js';

const nobody = { onBroken: () => undefined, onHeldAgain: () => undefined, onTakenOver: () => undefined };
const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});
let server: TestServer;
const fatal: Error[] = [];

beforeAll(async () => {
  server = await startServer();
  server.app.get(StartHooks, { strict: false }).fatal = (error) => fatal.push(error);
});

afterAll(() => server?.stop());

/** Ends the connection that holds the lock, as a database or a network does. */
async function breakConnection(source: DataSource): Promise<void> {
  await source.query(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()",
  );
}

/** Takes the engine over; whoever cuts connections may hit the new one, too. */
async function takeThough(source: DataSource): Promise<EngineLock> {
  for (;;) {
    try {
      return await EngineLock.take(source, nobody, 20_000);
    } catch (error) {
      if (!String(error).includes('terminating connection')) throw error;
    }
  }
}

describe('the engine of a database', () => {
  it('is run by one process at a time', async () => {
    const source = server.app.get(DataSource);
    await expect(EngineLock.take(source, nobody, 0)).rejects.toMatchObject({ code: 'engine_locked' });
  });

  it('goes on when its connection broke and nobody took over', async () => {
    const source = server.app.get(DataSource);
    await breakConnection(source);
    await expect.poll(() => server.logs.map(({ message }) => message)).toContain('The engine is held again');
    await expect(EngineLock.take(source, nobody, 0)).rejects.toMatchObject({ code: 'engine_locked' });
    await server.app.get(ClusterHost).client.create(configMap('held-again'));
    expect(fatal).toEqual([]);
  });

  it('writes nothing more and stops when another process took over while its connection was broken', async () => {
    const source = server.app.get(DataSource);
    const host = server.app.get(ClusterHost);
    const taking = takeThough(source);
    await breakConnection(source);
    // whoever is quicker: until the other one has it, the first one is cut off again
    const cutting = setInterval(() => void breakConnection(source).catch(() => undefined), 50);
    const taken = await Promise.race([
      taking.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 60_000)),
    ]);
    clearInterval(cutting);
    expect(taken).toBe(true);
    const [before]: { last: string }[] = await source.query('SELECT max(revision) AS last FROM engine_log');
    await expect(host.client.create(configMap('too-late'))).rejects.toMatchObject({
      code: 'engine_taken_over',
    });
    const [after]: { last: string }[] = await source.query('SELECT max(revision) AS last FROM engine_log');
    expect(after).toEqual(before);
    await expect.poll(() => fatal.length).toBeGreaterThan(0);
    await (await taking).release();
  });
});
