import { expect, it } from 'vitest';
import { KEPT_EVENTS, Store } from './store.js';
import type { StoredObject } from './stored-object.js';

const object = (name: string): StoredObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

it('gives every change a revision of its own, deletions too', () => {
  const store = new Store();
  expect(store.commit('/configmaps', object('a')).metadata.resourceVersion).toBe('1');
  expect(store.commit('/configmaps', object('a')).metadata.resourceVersion).toBe('2');
  expect(store.remove('/configmaps', 'default/a')?.metadata.resourceVersion).toBe('3');
  expect(store.remove('/configmaps', 'default/a')).toBeUndefined();
  expect(store.eventsSince(1)?.map(({ type, revision }) => `${type} ${revision}`)).toEqual([
    'MODIFIED 2',
    'DELETED 3',
  ]);
});

it('tells every listener the same order, also when one writes while it listens', () => {
  const store = new Store();
  const seen: string[][] = [[], []];
  store.subscribe(({ object: { metadata }, revision }) => {
    seen[0]?.push(`${metadata.name} ${revision}`);
    if (metadata.name === 'a') store.commit('/configmaps', object('b'));
  });
  store.subscribe(({ object: { metadata }, revision }) => seen[1]?.push(`${metadata.name} ${revision}`));
  store.commit('/configmaps', object('a'));
  expect(seen).toEqual([
    ['a 1', 'b 2'],
    ['a 1', 'b 2'],
  ]);
});

it('forgets old events and says so', () => {
  const store = new Store();
  for (let index = 0; index < KEPT_EVENTS * 1.3; index++) store.commit('/configmaps', object('a'));
  expect(store.eventsSince(0)).toBeUndefined();
  expect(store.eventsSince(store.compactedRevision)?.[0]?.revision).toBe(store.compactedRevision + 1);
  store.compact(store.revision - 1);
  expect(store.eventsSince(store.revision - 1)).toHaveLength(1);
  expect(store.eventsSince(store.revision - 2)).toBeUndefined();
});

it('forks into a store that goes its own way and shares what neither has changed', () => {
  const store = new Store();
  const shared = store.commit('/configmaps', object('a'));
  const fork = store.fork();
  expect(fork.get('/configmaps', 'default/a')).toBe(shared);
  fork.commit('/configmaps', object('b'));
  store.remove('/configmaps', 'default/a');
  expect(fork.get('/configmaps', 'default/a')).toBe(shared);
  expect(store.get('/configmaps', 'default/b')).toBeUndefined();
});

it('continues from a snapshot', () => {
  const store = new Store();
  store.commit('/configmaps', object('a'));
  const next = new Store(store.snapshot());
  expect(next.revision).toBe(1);
  expect(next.eventsSince(0)).toBeUndefined();
  expect(next.commit('/configmaps', object('b')).metadata.resourceVersion).toBe('2');
});

it('lets no listener that throws stop the writer or the other listeners', () => {
  const store = new Store();
  const reported: unknown[] = [];
  const heard: string[] = [];
  store.onListenerError = ({ name }, error) => reported.push(`${name}: ${String(error)}`);
  store.subscribe(({ object: { metadata } }) => {
    if (metadata.name === 'a') throw new Error('broken');
  });
  store.subscribe(({ name }) => heard.push(name));
  store.commit('/configmaps', object('a'));
  store.commit('/configmaps', object('b'));
  expect(heard).toEqual(['default/a', 'default/b']);
  expect(reported).toEqual(['default/a: Error: broken']);
});
