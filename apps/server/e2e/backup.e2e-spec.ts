import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StoredObject } from '@lotse/engine';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_TABLE_NAMES } from '../src/backup/backup-sections.js';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { KillableServer } from './support/killable-server.js';
import { hasPostgres } from './support/needs.js';
import { PostgresServer } from './support/postgres-server.js';
import { startServer, type TestServer } from './support/start-server.js';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../cli/bin/lotse.cjs', import.meta.url));
const PASSPHRASE = 'a passphrase of this test, with ü';
const map = (value: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { value } });
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'shop' },
  stringData: { password: 'canary-of-the-cluster' },
};

const folder = mkdtempSync(join(tmpdir(), 'lotse-backups-'));
let host: GitHost;
let original: TestServer;
let token = '';
/** Backups of the original: with the passphrase, and with its own key. */
const file = { passphrase: join(folder, 'passphrase.backup'), key: join(folder, 'key.backup') };
/** What the cluster had at the backup. */
let before: ReadonlyMap<string, StoredObject>;
let revision = 0;

const storeOf = (server: TestServer) => server.app.get(ClusterHost, { strict: false }).cluster.store;
const objectsOf = (server: TestServer): Map<string, StoredObject> =>
  new Map(
    storeOf(server)
      .snapshot()
      .objects.map(({ resource, object }) => [
        `${resource} ${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`,
        object,
      ]),
  );
const backUp = async (server: TestServer, path: string, passphrase?: string): Promise<void> => {
  const { body } = await server
    .call('post', '/api/v1/backup')
    .send({ passphrase })
    .buffer(true)
    .parse(bytes)
    .expect(200);
  writeFileSync(path, body as Buffer);
};
const bytes = (response: unknown, done: (error: Error | null, body: Buffer) => void): void => {
  const parts: Buffer[] = [];
  // what comes is Node's response, whatever the types say
  (response as NodeJS.ReadableStream)
    .on('data', (part: Buffer) => parts.push(part))
    .on('end', () => done(null, Buffer.concat(parts)));
};
const restore = (server: TestServer, backup: Buffer, passphrase?: string, query = '') =>
  server
    .call('post', `/api/v1/restore${query}`)
    .set('Content-Type', 'application/octet-stream')
    .set(
      passphrase === undefined
        ? {}
        : { 'Lotse-Backup-Passphrase': Buffer.from(passphrase).toString('base64') },
    )
    .send(backup);

beforeAll(async () => {
  host = await new GitHost().start();
  host.create('shop', { 'app/map.json': map('1') });
  original = await startServer();
  const delivery = new Delivery(original, host);
  await delivery.create('shop');
  await delivery.sync('shop');
  await delivery.untilOperation('shop');
  host.commit('shop', { 'app/map.json': map('2') });
  await delivery.refresh('shop', 'hard');
  await delivery.sync('shop');
  await delivery.until('shop', ({ status, operation }) => !operation && status?.history?.length === 2);
  await original.app.get(ClusterHost, { strict: false }).client.create(secret);
  await original
    .call('post', '/api/v1/repositories')
    .send({ repo: 'https://git.example.org/x', username: 'u', password: 'canary-of-the-repository' })
    .expect(200);
  await original.call('post', '/api/v1/account').send({ name: 'robot' }).expect(200);
  ({ token } = (await original.call('post', '/api/v1/account/robot/token').send({}).expect(200)).body as {
    token: string;
  });
  await original
    .call('put', '/api/v1/settings/rbac')
    .send({ csv: 'p, robot, applications, get, */*, allow', default: '' })
    .expect(200);
  await original
    .call('post', '/api/v1/projects')
    .send({ project: { metadata: { name: 'team' }, spec: {} } })
    .expect(200);
  before = objectsOf(original);
  ({ revision } = storeOf(original));
  await backUp(original, file.passphrase, PASSPHRASE);
  await backUp(original, file.key);
});

afterAll(async () => {
  await original.stop();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Is the server what the original was at the backup? */
async function isRestored(server: TestServer): Promise<void> {
  const after = objectsOf(server);
  for (const name of [
    '/secrets shop/s',
    '/configmaps shop/m',
    '/namespaces /shop',
    'argoproj.io/appprojects argocd/team',
  ])
    expect(after.get(name), name).toEqual(before.get(name));
  for (const [name, { metadata }] of before) {
    // renewed by whoever holds it, and told anew
    if (name.startsWith('coordination.k8s.io/') || name.startsWith('/events ')) continue;
    expect([name, after.get(name)?.metadata.uid]).toEqual([name, metadata.uid]);
    expect(Number(after.get(name)?.metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(metadata.resourceVersion),
    );
  }
  expect(storeOf(server).compactedRevision).toBeGreaterThan(revision);
  expect(storeOf(server).eventsSince(revision)).toBeUndefined();

  const asRobot = await fetch(`${server.localUrl}/api/v1/applications/shop/history`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await asRobot.json()) as { items: { id: number }[] };
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set([1, 2]));
  const repositories = (await server.call('get', '/api/v1/repositories').expect(200)).body as {
    items: object[];
  };
  expect(repositories.items).toContainEqual(
    expect.objectContaining({ repo: 'https://git.example.org/x', hasPassword: true }),
  );
  const delivery = new Delivery(server, host);
  await server.call('post', '/api/v1/applications/shop/rollback').send({ id: 1 }).expect(200);
  await delivery.untilTrue(
    () => delivery.object('', 'ConfigMap', 'shop', 'm'),
    (object) => (object?.['data'] as { value?: string } | undefined)?.value === '1',
  );
}

describe('a backup', () => {
  it('has no secret that can be read', () => {
    for (const path of Object.values(file)) {
      const text = readFileSync(path).toString('latin1');
      for (const word of ['canary', 'PRIVATE KEY', Buffer.from('canary-of-the-cluster').toString('base64')])
        expect(text).not.toContain(word);
    }
  });

  it('knows of every table whether it belongs to it', async () => {
    const tables: { name: string }[] = await original.app
      .get(DataSource)
      .query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
    const engine = ['engine_log', 'engine_snapshots', 'engine_snapshot_parts', 'leases', 'migrations'];
    const left = ['audit_log', 'remembered_renders', 'repository_states'];
    expect(tables.map(({ name }) => name).sort()).toEqual([...BACKUP_TABLE_NAMES, ...engine, ...left].sort());
  });

  it('makes a new server what the old one was: same objects, accounts, history, keys', async () => {
    const options = { restore: { path: file.passphrase, replace: false } };
    const settings = { LOTSE_BACKUP_PASSPHRASE: PASSPHRASE, LOTSE_ADMIN_PASSWORD: original.adminPassword };
    const server = await startServer(settings, undefined, options);
    await isRestored(server);
    for (const name of ['pki/ca.key', 'pki/sa.key', 'webhook-secret'])
      expect(readFileSync(join(server.dataDir, name), 'utf8')).toBe(
        readFileSync(join(original.dataDir, name), 'utf8'),
      );
    await server.stop();
  });

  it.skipIf(!hasPostgres)('goes from the embedded database to a PostgreSQL server and back', async () => {
    const postgres = await new PostgresServer().start();
    const settings = { LOTSE_BACKUP_PASSPHRASE: PASSPHRASE, LOTSE_ADMIN_PASSWORD: original.adminPassword };
    const there = await startServer({ ...settings, DATABASE_URL: postgres.url }, undefined, {
      restore: { path: file.passphrase, replace: false },
    });
    const copy = join(folder, 'copy.backup');
    await backUp(there, copy, PASSPHRASE);
    await there.stop();
    await postgres.stop();
    const back = await startServer(settings, undefined, { restore: { path: copy, replace: false } });
    await isRestored(back);
    await back.stop();
  });

  it('is restored to a running server from the command line, which starts again with it', async () => {
    const server = new KillableServer();
    await server.start();
    try {
      const lotse = (...args: string[]) =>
        run(process.execPath, [CLI, ...args], {
          env: { PATH: process.env['PATH'], ...server.forCommands, LOTSE_BACKUP_PASSPHRASE: PASSPHRASE },
        });
      const put = (name: string) =>
        server.kube('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name } });
      const names = async (): Promise<string[]> => {
        const { body } = await server.kube('GET', '/api/v1/namespaces/default/configmaps');
        return (body as { items: { metadata: { name: string } }[] }).items.map(
          ({ metadata }) => metadata.name,
        );
      };
      await put('kept');
      await server.kube('POST', '/api/v1/namespaces', { metadata: { name: 'made' } });
      const path = join(folder, 'cli.backup');
      expect((await lotse('backup', path)).stdout).toContain(path);
      await expect(lotse('backup', path)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/is there already: add --force/),
      });
      expect((await lotse('backup', path, '--force')).stdout).toContain(path);
      writeFileSync(join(folder, 'short'), 'short');
      await expect(
        lotse('backup', `${path}.2`, '--passphrase-file', join(folder, 'short')),
      ).rejects.toMatchObject({ stderr: 'lotse: passphrase: Use at least 12 characters.\n' });
      await put('later');
      const { body } = await server.kube('GET', '/api/v1/configmaps');
      const last = Number((body as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
      await expect(lotse('restore', path)).rejects.toMatchObject({
        stderr: expect.stringContaining('--replace'),
      });
      expect(await names()).toContain('later');
      expect((await lotse('restore', path, '--replace')).stdout).toContain('restored the backup');
      await server.ready();
      await expect.poll(names).not.toContain('later');
      expect(await names()).toContain('kept');
      const watch = await server.kube(
        'GET',
        `/api/v1/configmaps?watch=true&resourceVersion=${last}&timeoutSeconds=1`,
      );
      expect(JSON.stringify(watch)).toContain('410');
      expect((await put('after')).status).toBe(201);
      await server.kill();
      await server.start();
      expect(await names()).toEqual(expect.arrayContaining(['kept', 'after']));
    } finally {
      await server.stop();
    }
  });
});

describe('a file that is no backup', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  /** Everything the database says about itself. */
  async function state(): Promise<unknown> {
    const { client } = server.app.get(ClusterHost, { strict: false });
    // a write is still acknowledged: the right to the engine was given back
    await client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'x-', namespace: 'default' },
    });
    return server.app.get(DataSource).query(
      `SELECT (SELECT fence FROM leases WHERE name = 'engine') AS fence, (SELECT count(*) FROM users) AS users,
          (SELECT count(*) FROM settings) AS settings, (SELECT string_agg(password_hash, ',') FROM users) AS passwords`,
    );
  }
  const header = (backup: Buffer): number => backup.indexOf(0x0a) + 1;
  const flipped = (backup: Buffer, at: number): Buffer => {
    const copy = Buffer.from(backup);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const swapped = (backup: Buffer): Buffer => {
    const start = header(backup);
    const first = 4 + backup.readUInt32BE(start);
    const second = 4 + backup.readUInt32BE(start + first);
    return Buffer.concat([
      backup.subarray(0, start),
      backup.subarray(start + first, start + first + second),
      backup.subarray(start, start + first),
      backup.subarray(start + first + second),
    ]);
  };

  it.each<[string, (backup: Buffer) => Buffer, RegExp]>([
    ['empty', () => Buffer.alloc(0), /first line/],
    ['something else', () => Buffer.from('PK\u0003\u0004 not a backup\n'), /first line/],
    ['one long line', () => Buffer.alloc(1_000_000, 'x'), /first line/],
    [
      'of another version',
      (b) => Buffer.from(b.toString('latin1').replace('"version":1', '"version":9'), 'latin1'),
      /first line/,
    ],
    ['cut in its first part', (b) => b.subarray(0, header(b) + 100), /too early/],
    [
      'cut after its first part',
      (b) => b.subarray(0, header(b) + 4 + b.readUInt32BE(header(b))),
      /too early/,
    ],
    ['without its last byte', (b) => b.subarray(0, -1), /too early/],
    ['longer than itself', (b) => Buffer.concat([b, Buffer.from('x')]), /after its end/],
    ['changed in a byte', (b) => flipped(b, b.length >> 1), /changed or cut|other|too early|bytes/],
    [
      'changed in its first line',
      (b) => Buffer.from(b.toString('latin1').replace('"revision":', '"revision":1'), 'latin1'),
      /changed or cut/,
    ],
    ['put together in another order', swapped, /changed or cut/],
    [
      'with a part of four gigabytes',
      (b) => Buffer.concat([b.subarray(0, header(b)), Buffer.alloc(4, 0xff), b.subarray(header(b))]),
      /bytes/,
    ],
  ])('is refused when it is %s, and nothing changes', async (_, make, message) => {
    const was = await state();
    const response = await restore(server, make(readFileSync(file.passphrase)), PASSPHRASE);
    expect([response.status, (response.body as { message: string }).message]).toEqual([
      400,
      expect.stringMatching(message),
    ]);
    expect(await state()).toEqual(was);
  });

  it.each([
    [
      'with a wrong passphrase',
      () => restore(server, readFileSync(file.passphrase), 'another passphrase'),
      /passphrase is not the one/,
    ],
    [
      'without its passphrase',
      () => restore(server, readFileSync(file.passphrase)),
      /was made with a passphrase/,
    ],
    [
      'of another server without its key',
      () => restore(server, readFileSync(file.key)),
      /key of another server/,
    ],
  ])('is refused %s', async (_, send, message) => {
    const was = await state();
    const response = await send();
    expect([response.status, (response.body as { message: string }).message]).toEqual([
      400,
      expect.stringMatching(message),
    ]);
    expect(await state()).toEqual(was);
  });

  it('is not taken by a server somebody uses', async () => {
    await server.call('post', '/api/v1/account').send({ name: 'somebody' }).expect(200);
    const was = await state();
    const response = await restore(server, readFileSync(file.passphrase), PASSPHRASE);
    expect([response.status, (response.body as { message: string }).message]).toEqual([
      409,
      expect.stringContaining('--replace'),
    ]);
    expect(await state()).toEqual(was);
  });
});
