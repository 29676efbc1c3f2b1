import { createCluster, type StoreEvent, type StoreSnapshot } from '@lotse/engine';
import { describe, expect, it } from 'vitest';
import { Logger } from '../logging/logger.js';
import { engineTakenOver } from './engine-lock.js';
import { Journal } from './journal.js';
import type { JournalRepository } from './journal.repository.js';

/** Keeps what was appended, and fails or waits when told to. */
class MemoryRepository {
  readonly groups: StoreEvent[][] = [];
  snapshot: StoreSnapshot | undefined;
  snapshotsTried = 0;
  snapshotFails = false;
  failures = 0;
  ousted = false;
  room = Infinity;
  bytes = 1;
  snapshotGate: Promise<void> = Promise.resolve();
  gate: Promise<void> = Promise.resolve();

  async append(events: readonly StoreEvent[]): Promise<{ events: number; bytes: number }> {
    await this.gate;
    if (this.ousted) throw engineTakenOver();
    if (this.failures-- > 0) throw new Error('the disk is full');
    const taken = events.slice(0, this.room);
    this.groups.push(taken);
    return { events: taken.length, bytes: this.bytes };
  }

  async saveSnapshot(snapshot: StoreSnapshot): Promise<void> {
    this.snapshotsTried++;
    await this.snapshotGate;
    if (this.snapshotFails) throw new Error('too long');
    this.snapshot = snapshot;
  }
}

const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
});

function setup() {
  const repository = new MemoryRepository();
  const { store } = createCluster({ controllers: [] });
  const journal = new Journal(
    store,
    repository as unknown as JournalRepository,
    new Logger(() => undefined),
    store.revision,
  );
  const write = (name: string): void => void store.commit('/configmaps', configMap(name));
  return { repository, store, journal, write };
}
const namesOf = (groups: StoreEvent[][]): string[][] => groups.map((group) => group.map(({ name }) => name));

describe('the journal of the cluster', () => {
  it('makes all writes of a moment durable with one commit, in order', async () => {
    const { repository, journal, write } = setup();
    for (const name of ['a', 'b', 'c']) write(name);
    await journal.durable();
    expect(namesOf(repository.groups)).toEqual([['n/a', 'n/b', 'n/c']]);
  });

  it('gathers what is written while a commit is on its way', async () => {
    const { repository, journal, write } = setup();
    let open = (): void => undefined;
    repository.gate = new Promise((resolve) => (open = resolve));
    write('a');
    await new Promise((resolve) => setImmediate(resolve));
    write('b');
    write('c');
    const durable = journal.durable();
    open();
    await durable;
    expect(namesOf(repository.groups)).toEqual([['n/a'], ['n/b', 'n/c']]);
  });

  it('lets who wants to know of an older revision pass while a newer one is on its way', async () => {
    const { repository, store, journal, write } = setup();
    write('a');
    const { revision } = store;
    await journal.durable();
    repository.gate = new Promise(() => undefined);
    write('b');
    await journal.durable(revision);
    const newer = journal.durable().then(() => 'durable');
    expect(await Promise.race([newer, Promise.resolve('waits')])).toBe('waits');
  });

  it('answers nobody before the write is durable', async () => {
    const { repository, journal, write } = setup();
    let open = (): void => undefined;
    repository.gate = new Promise((resolve) => (open = resolve));
    write('a');
    let answered = false;
    const durable = journal.durable().then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    open();
    await durable;
    expect(answered).toBe(true);
  });

  it('tries again when the database fails, loses nothing, and says so meanwhile', async () => {
    const { repository, journal, write } = setup();
    repository.failures = 2;
    write('a');
    const durable = journal.durable();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(journal.failure).toBe('the disk is full');
    await durable;
    expect(namesOf(repository.groups)).toEqual([['n/a']]);
    expect(journal.failure).toBeUndefined();
  });

  it('tries a snapshot that failed again after as many writes, not after each one', async () => {
    const { repository, journal, write } = setup();
    repository.snapshotFails = true;
    for (let i = 0; i < 20_000; i++) write(`many-${i}`);
    await journal.durable();
    await expect.poll(() => repository.snapshotsTried).toBe(1);
    for (const name of ['a', 'b', 'c']) {
      write(name);
      await journal.durable();
    }
    expect(repository.snapshotsTried).toBe(1);
  });

  it('commits what did not fit into one row with the next ones, in order', async () => {
    const { repository, journal, write } = setup();
    repository.room = 2;
    for (const name of ['a', 'b', 'c', 'd', 'e']) write(name);
    await journal.durable();
    expect(namesOf(repository.groups)).toEqual([['n/a', 'n/b'], ['n/c', 'n/d'], ['n/e']]);
  });

  it('goes on with commits while a snapshot is made, and takes no second one meanwhile', async () => {
    const { repository, journal, write } = setup();
    let open = (): void => undefined;
    repository.snapshotGate = new Promise((resolve) => (open = resolve));
    repository.bytes = 1 << 30;
    write('a');
    await journal.durable();
    write('b');
    await journal.durable();
    expect(repository.snapshotsTried).toBe(1);
    expect(repository.snapshot).toBeUndefined();
    open();
    await expect.poll(() => repository.snapshot).toBeDefined();
    await journal.stop();
  });

  it('counts what a start has replayed, so that the log does not grow from crash to crash', async () => {
    const repository = new MemoryRepository();
    const { store } = createCluster({ controllers: [] });
    const journal = new Journal(
      store,
      repository as unknown as JournalRepository,
      new Logger(() => undefined),
      store.revision,
      19_999,
    );
    store.commit('/configmaps', configMap('a'));
    await journal.durable();
    await expect.poll(() => repository.snapshotsTried).toBe(1);
  });

  it('logs who holds a lease, and not that the holder still does', async () => {
    const { repository, store, journal } = setup();
    const lease = (spec: object) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'n' },
      spec,
    });
    const write = async (spec: object): Promise<void> => {
      store.commit('coordination.k8s.io/leases', lease(spec));
      await journal.durable();
    };
    await write({ holderIdentity: 'a', renewTime: '1' });
    await write({ holderIdentity: 'a', renewTime: '2' });
    await write({ holderIdentity: 'b', renewTime: '3' });
    expect(
      repository.groups.flat().map(({ object }) => (object as unknown as { spec: object }).spec),
    ).toEqual([
      { holderIdentity: 'a', renewTime: '1' },
      { holderIdentity: 'b', renewTime: '3' },
    ]);
    store.remove('coordination.k8s.io/leases', 'n/l');
    await journal.durable();
    expect(repository.groups.flat().at(-1)).toMatchObject({ type: 'DELETED' });
  });

  it('makes durable what the cluster wrote before anybody listened', async () => {
    const repository = new MemoryRepository();
    const { store } = createCluster({ controllers: [] });
    expect(store.revision).toBeGreaterThan(0);
    const journal = new Journal(
      store,
      repository as unknown as JournalRepository,
      new Logger(() => undefined),
      0,
    );
    await journal.durable();
    expect(repository.groups.flat().at(-1)?.revision).toBe(store.revision);
    expect(repository.groups.flat()).toHaveLength(store.revision);
  });

  it('promises nothing and writes nothing once another process has taken over', async () => {
    const { repository, journal, write } = setup();
    repository.ousted = true;
    let told: unknown;
    journal.onOusted((error) => (told = error));
    write('a');
    await expect(journal.durable()).rejects.toMatchObject({ code: 'engine_taken_over' });
    expect(told).toMatchObject({ code: 'engine_taken_over' });
    repository.ousted = false;
    write('b');
    await expect(journal.durable()).rejects.toMatchObject({ code: 'engine_taken_over' });
    await journal.stop();
    expect(repository.groups).toEqual([]);
    expect(repository.snapshot).toBeUndefined();
  });

  it('leaves a snapshot when it stops', async () => {
    const { repository, store, journal, write } = setup();
    write('a');
    await journal.durable();
    await journal.stop();
    expect(repository.snapshot?.revision).toBe(store.revision);
  });
});
