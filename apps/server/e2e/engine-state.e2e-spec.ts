import { createCluster, type Store } from '@lotse/engine';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EngineLock } from '../src/cluster/engine-lock.js';
import { EngineRows } from '../src/cluster/engine-rows.js';
import { Journal } from '../src/cluster/journal.js';
import { JournalRepository, type Restored } from '../src/cluster/journal.repository.js';
import { SnapshotRepository } from '../src/cluster/snapshot.repository.js';
import { Encryption } from '../src/database/encryption/encryption.js';
import { type LogLine, Logger } from '../src/logging/logger.js';
import { startPlatform, type TestServer } from './support/start-server.js';

/** Three of them are more than a part of a snapshot. */
const LONG = 'x'.repeat(400_000);

let server: TestServer;
let source: DataSource;
let lock: EngineLock;
const logs: LogLine[] = [];
const journals: Journal[] = [];
const logger = new Logger((line) => logs.push(line));

beforeAll(async () => {
  server = await startPlatform();
  source = server.app.get(DataSource);
  const ignore = (): void => undefined;
  lock = await EngineLock.take(source, { onBroken: ignore, onHeldAgain: ignore, onTakenOver: ignore });
});
afterAll(async () => {
  await lock.release();
  await server.stop();
});
afterEach(async () => {
  // What a test wrote and did not wait for must not land in the tables of the next one.
  await Promise.allSettled(journals.splice(0).map((journal) => journal.durable()));
  await source.query('TRUNCATE engine_log, engine_snapshots, engine_snapshot_parts');
  logs.length = 0;
});

function open(): JournalRepository {
  const encryption = server.app.get(Encryption);
  const repository = new JournalRepository(
    source,
    encryption,
    new SnapshotRepository(source, encryption),
    logger,
  );
  repository.useFence(lock.fence);
  return repository;
}

/** An empty cluster whose writes are logged. */
async function begin(): Promise<{ store: Store; repository: JournalRepository; journal: Journal }> {
  const repository = open();
  expect(await repository.restore()).toBeUndefined();
  const { store } = createCluster({ controllers: [] });
  const journal = new Journal(store, repository, logger, 0);
  journals.push(journal);
  return { store, repository, journal };
}

function put(store: Store, name: string, value = name): void {
  store.commit('/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'n', annotations: { value } },
  });
}
const sorted = (objects: Restored['objects']): string[] =>
  objects.map((object) => JSON.stringify(object)).sort();
const messages = (): string[] => logs.map(({ message }) => message);
const count = async (table: string): Promise<number> =>
  Number(((await source.query(`SELECT count(*) FROM ${table}`)) as { count: string }[])[0]?.count);
const damage = async (table: string, where = 'true'): Promise<void> => {
  await source.query(
    `UPDATE ${table} SET data = set_byte(data, length(data) / 2, 255 - get_byte(data, length(data) / 2)) WHERE ${where}`,
  );
};
const newest = '(SELECT max(revision) FROM engine_snapshots)';

/** Two snapshots, something in the log before, between and after them. */
async function twoSnapshots(): Promise<Store> {
  const { store, repository, journal } = await begin();
  for (const name of ['a', 'b', 'c', 'd']) put(store, name, `${name}${LONG}`);
  await journal.durable();
  await repository.saveSnapshot(store.snapshot());
  put(store, 'between', 'the snapshots');
  store.remove('/secrets', 'n/a');
  await journal.durable();
  await repository.saveSnapshot(store.snapshot());
  put(store, 'after');
  store.remove('/secrets', 'n/b');
  await journal.durable();
  return store;
}

describe('the state of the engine in the database', () => {
  it('comes back from a snapshot in several parts and the log after it', async () => {
    const store = await twoSnapshots();
    expect(await count('engine_snapshots')).toBe(2);
    expect(await count('engine_snapshot_parts')).toBeGreaterThanOrEqual(4);
    const restored = await open().restore();
    expect(sorted(restored?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
    expect(restored?.revision).toBeGreaterThan(store.revision);
    expect(restored?.replayed).toBe(2);
    expect(messages()).toEqual([]);
  });

  it.each([
    ['a changed byte in a part', () => damage('engine_snapshot_parts', `revision = ${newest} AND part = 1`)],
    ['a changed byte in the head', () => damage('engine_snapshots', `revision = ${newest}`)],
    [
      'a missing part',
      () => source.query(`DELETE FROM engine_snapshot_parts WHERE revision = ${newest} AND part = 1`),
    ],
    [
      'a part of another snapshot',
      () =>
        source.query(`UPDATE engine_snapshot_parts p SET data = o.data FROM engine_snapshot_parts o
          WHERE p.revision = ${newest} AND p.part = 1 AND o.revision <> p.revision AND o.part = 1`),
    ],
  ])('comes back from the older snapshot and the log, says so, and heals, after %s', async (_, harm) => {
    const store = await twoSnapshots();
    await harm();
    const repository = open();
    const restored = await repository.restore();
    expect(sorted(restored?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
    expect(messages()).toEqual([
      'A snapshot of the cluster can not be read',
      'The cluster is restored from an older snapshot and the log; nothing is lost',
    ]);
    await repository.saveSnapshot({ ...store.snapshot(), revision: store.revision + 1 });
    logs.length = 0;
    const again = open();
    expect(sorted((await again.restore())?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
    expect(messages()).toEqual([]);
    await damage('engine_snapshots', `revision = ${newest}`);
    expect(sorted((await again.restore())?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
  });

  it('comes back from the log alone while there is no older snapshot', async () => {
    const { store, repository, journal } = await begin();
    put(store, 'a');
    await journal.durable();
    await repository.saveSnapshot(store.snapshot());
    put(store, 'b');
    await journal.durable();
    await damage('engine_snapshots');
    const restored = await open().restore();
    expect(sorted(restored?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
    expect(messages()).toContain('The cluster is restored from the log alone; nothing is lost');
  });

  it('is not made up when no snapshot can be read and the log does not go back to the beginning', async () => {
    await twoSnapshots();
    await damage('engine_snapshots');
    await expect(open().restore()).rejects.toMatchObject({ code: 'engine_state_damaged' });
    expect(await count('engine_snapshots')).toBe(2);
  });

  it('is not made up when the log is damaged', async () => {
    const { store, journal } = await begin();
    put(store, 'a');
    await journal.durable();
    await damage('engine_log', 'revision > 0');
    await expect(open().restore()).rejects.toMatchObject({ code: 'engine_state_damaged' });
  });

  it('does not count a snapshot that was left half-way, and removes what is left of it', async () => {
    const store = await twoSnapshots();
    const objects = (function* () {
      // more than one part
      for (let i = 0; i < 3; i++) yield* store.snapshot().objects;
      throw new Error('the process ends here');
    })();
    const torn = { revision: store.revision, objects } as unknown as Restored;
    await expect(open().saveSnapshot(torn)).rejects.toThrow('ends here');
    const orphans = `engine_snapshot_parts WHERE revision = ${store.revision}`;
    expect(await count(orphans)).toBeGreaterThan(0);
    expect(sorted((await open().restore())?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
    await open().saveSnapshot({ ...store.snapshot(), revision: store.revision + 1 });
    expect(await count(orphans)).toBe(0);
  });

  it('reads the snapshots of old versions, which are one row', async () => {
    const { store } = await begin();
    put(store, 'old');
    const { revision, objects } = store.snapshot();
    const rows = new EngineRows(server.app.get(Encryption));
    await source.query('INSERT INTO engine_snapshots (revision, data) VALUES ($1, $2)', [
      revision,
      await rows.pack(JSON.stringify(objects), `engine_snapshots/${revision}`),
    ]);
    expect(sorted((await open().restore())?.objects ?? [])).toEqual(sorted(objects));
  });

  it('writes a group that is too long for one row into several', async () => {
    const { store, journal } = await begin();
    for (let i = 0; i < 30; i++) put(store, `long-${i}`, `${i}${LONG}`);
    await journal.durable();
    expect(await count('engine_log')).toBeGreaterThan(3);
    expect(sorted((await open().restore())?.objects ?? [])).toEqual(sorted(store.snapshot().objects));
  });
});
