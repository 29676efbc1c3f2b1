import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { startServer, type TestServer } from './support/start-server.js';

/** Long enough that none of their encodings is found by chance. */
const CANARIES = ['canary-in-the-cluster', 'canary-in-the-manifests', 'canary-of-the-repository'];
const secret = (
  name: string,
  value: string,
): { apiVersion: string; kind: string; metadata: { name: string; namespace: string } } => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default' },
  ...Object.fromEntries([['stringData', { value }]]),
});

const dataDir = mkdtempSync(join(tmpdir(), 'lotse-secrets-'));
const keyFile = join(dataDir, 'encryption-key');
let host: GitHost;

/** Everything in the database as text, table by table. */
async function dump(server: TestServer): Promise<Map<string, string>> {
  const source = server.app.get(DataSource);
  const tables: { name: string }[] = await source.query(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const dumped = new Map<string, string>();
  for (const { name } of tables) {
    const rows: { text: string }[] = await source.query(`SELECT t::text AS text FROM ${name} t`);
    dumped.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return dumped;
}
const encodings = (canary: string): string[] => {
  const base64 = Buffer.from(canary).toString('base64');
  return [canary, base64, Buffer.from(canary).toString('hex'), Buffer.from(base64).toString('hex')];
};
const values = (server: TestServer): string[] =>
  [...server.app.get(ClusterHost, { strict: false }).cluster.store.table('/secrets').objects.values()]
    .map((object) => JSON.stringify(object))
    .filter((text) => text.includes(Buffer.from('canary').toString('base64').slice(0, 8)));

beforeAll(async () => {
  host = await new GitHost().start();
});
afterAll(async () => {
  await host.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('secrets in the database', () => {
  it('are in no table readable: log, snapshots, history, manifests, repositories', async () => {
    host.create('app', { 'app/secret.json': JSON.stringify(secret('delivered', 'canary-in-the-manifests')) });
    const server = await startServer({}, dataDir);
    await server.app
      .get(ClusterHost, { strict: false })
      .client.create(secret('made', 'canary-in-the-cluster'));
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: 'https://git.example.org/x', username: 'u', password: 'canary-of-the-repository' })
      .expect(200);
    const delivery = new Delivery(server, host);
    await delivery.create('app', { namespace: 'default' });
    await delivery.sync('app');
    expect((await delivery.untilOperation('app')).phase).toBe('Succeeded');
    await delivery.until('app', ({ status }) => status?.history?.length === 1);
    await server.close();
    // the stop left a snapshot
    const again = await startServer({}, dataDir);
    expect(values(again)).toHaveLength(2);
    const tables = await dump(again);
    for (const name of [
      'engine_log',
      'engine_snapshots',
      'engine_snapshot_parts',
      'rendered_manifests',
      'history_entries',
      'repositories',
    ])
      expect(tables.get(`public.${name}`), name).not.toBe('');
    for (const [table, text] of tables)
      for (const canary of CANARIES)
        for (const encoded of encodings(canary))
          expect(text.includes(encoded), `${canary} in ${table}`).toBe(false);
    await again.close();
  });

  it('are not given up when the key is gone: the start says so, and makes no new one', async () => {
    const key = readFileSync(keyFile, 'utf8');
    rmSync(keyFile);
    await expect(startServer({}, dataDir)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
      message: expect.stringMatching(/encryption-key.*LOTSE_ENCRYPTION_KEY/),
    });
    const other = randomBytes(32).toString('base64');
    await expect(startServer({ LOTSE_ENCRYPTION_KEY: other }, dataDir)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
    });
    expect(() => readFileSync(keyFile)).toThrow();
    writeFileSync(keyFile, key);
    const server = await startServer({}, dataDir);
    expect(values(server)).toHaveLength(2);
    await server.close();
  });

  it('are read with the old key and written with the new one once it stands before it', async () => {
    const [old, current] = [readFileSync(keyFile, 'utf8').trim(), randomBytes(32).toString('base64')];
    const rotated = await startServer({ LOTSE_ENCRYPTION_KEY: `${current},${old}` }, dataDir);
    expect(values(rotated)).toHaveLength(2);
    await rotated.close();
    await expect(startServer({ LOTSE_ENCRYPTION_KEY: old }, dataDir)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
    });
    writeFileSync(keyFile, `${current}\n${old}\n`);
    const server = await startServer({}, dataDir);
    expect(values(server)).toHaveLength(2);
    const delivery = new Delivery(server, host);
    await server.call('post', '/api/v1/applications/app/rollback').send({ id: 1 }).expect(200);
    expect((await delivery.untilOperation('app')).phase).toBe('Succeeded');
    await server.close();
  });
});
