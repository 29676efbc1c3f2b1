import { expect, it, vi } from 'vitest';
import { SeededRandom } from '../random.js';
import { viewAt } from './past-view.js';
import { Store } from './store.js';
import { objectName, type ObjectName } from './stored-object.js';

const object = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

it('shows every revision as it was, while writing goes on', () => {
  const random = new SeededRandom('past');
  const store = new Store();
  const then = new Map<number, Map<ObjectName, string | undefined>>();
  for (let step = 0; step < 600; step++) {
    const name = `c-${Math.floor(random.next() * 60)}`;
    if (random.next() < 0.6) store.commit('/configmaps', object(name));
    else store.remove('/configmaps', objectName('default', name));
    const now = [...store.table('/configmaps').objects].map(
      ([key, { metadata }]) => [key, metadata.resourceVersion] as const,
    );
    then.set(store.revision, new Map(now.sort(([a], [b]) => (a < b ? -1 : 1))));
    const revisions = [...then.keys()];
    const revision = revisions[Math.floor(random.next() * revisions.length)] ?? 0;
    const view = viewAt(store, '/configmaps', revision);
    const names = [...(view?.after('') ?? [])];
    expect(names).toEqual([...(then.get(revision)?.keys() ?? [])]);
    for (const one of names)
      expect(view?.get(one)?.metadata.resourceVersion).toBe(then.get(revision)?.get(one));
    const middle = names[names.length >> 1] ?? 'default/c-3';
    expect(view?.countUpTo(middle)).toBe(names.filter((one) => one <= middle).length);
    expect([...(view?.after(middle) ?? [])]).toEqual(names.filter((one) => one > middle));
  }
});

it('reads the log once for all pages of a list, and looks only at what a page shows', () => {
  const store = new Store();
  for (let index = 0; index < 5000; index++) store.commit('/configmaps', object(`c-${index}`));
  const { revision } = store;
  for (let index = 0; index < 300; index++) store.commit('/configmaps', object(`d-${index}`));
  const first = viewAt(store, '/configmaps', revision);
  const logged = vi.spyOn(store, 'eventsSince');
  const looked = vi.spyOn(store.table('/configmaps').objects, 'get');
  const second = viewAt(store, '/configmaps', revision);
  expect(second).toBe(first);
  let count = 0;
  for (const name of second?.after('default/c-2') ?? []) {
    second?.get(name);
    if (++count === 10) break;
  }
  expect(logged).not.toHaveBeenCalled();
  expect(looked.mock.calls.length).toBeLessThan(25);
});

it('knows nothing of what the log has forgotten', () => {
  const store = new Store();
  store.commit('/configmaps', object('a'));
  store.commit('/configmaps', object('b'));
  store.commit('/configmaps', object('c'));
  expect(viewAt(store, '/configmaps', 1)).toBeDefined();
  store.compact(2);
  expect(viewAt(store, '/configmaps', 1)).toBeUndefined();
  expect([...(viewAt(store, '/configmaps', 2)?.after('') ?? [])]).toEqual(['default/a', 'default/b']);
});

it('keeps the views of a few revisions', () => {
  const store = new Store();
  for (let index = 0; index < 20; index++) store.commit('/configmaps', object(`c-${index}`));
  const first = viewAt(store, '/configmaps', 1);
  expect(viewAt(store, '/configmaps', 1)).toBe(first);
  for (let revision = 2; revision < 10; revision++) viewAt(store, '/configmaps', revision);
  expect(viewAt(store, '/configmaps', 1)).not.toBe(first);
});
