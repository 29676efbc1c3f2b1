import { expect, it } from 'vitest';
import { SeededRandom } from '../random.js';
import { SharedValues } from './shared-values.js';
import { Store } from './store.js';
import type { StoredObject } from './stored-object.js';

const pod = (name: string, image = 'nginx') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name, image, ports: [{ containerPort: 80 }] }], tolerations: [{ key: 'a' }] },
});

it('keeps one value of what is the same in many objects', () => {
  const store = new Store();
  const a = store.commit('/pods', pod('a'));
  const b = store.commit('/pods', pod('b'));
  expect(b).toEqual({ ...pod('b'), metadata: { ...pod('b').metadata, resourceVersion: '2' } });
  expect(b.spec.tolerations).toBe(a.spec.tolerations);
  expect(b.metadata.labels).toBe(a.metadata.labels);
  expect(b.spec.containers).not.toBe(a.spec.containers);
  expect(b.spec.containers[0]?.ports).toBe(a.spec.containers[0]?.ports);
});

it('never changes the value it is given, also when its parts are shared', () => {
  const store = new Store();
  store.commit('/pods', pod('a'));
  const given = pod('b');
  const { tolerations } = given.spec;
  store.commit('/pods', given);
  expect(given.spec.tolerations).toBe(tolerations);
});

it('tells apart what is written in another order, and lists from maps', () => {
  const shared = new SharedValues();
  const value = (spec: unknown) =>
    shared.share({ apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, spec } as StoredObject, undefined);
  for (const text of [
    '{"a":1,"b":2}',
    '{"b":2,"a":1}',
    '[]',
    '{}',
    '{"0":1}',
    '[1]',
    '{"__proto__":{"a":1}}',
    '[null]',
  ])
    for (const _ of [1, 2])
      expect(JSON.stringify((value(JSON.parse(text)) as { spec?: unknown }).spec)).toBe(text);
});

it('answers what it was given for any values, however many collide', () => {
  const random = new SeededRandom('shared');
  const shared = new SharedValues();
  const any = (depth: number): unknown => {
    const kind = Math.floor(random.next() * (depth > 3 ? 3 : 5));
    const count = Math.floor(random.next() * 4);
    if (kind === 0) return Math.floor(random.next() * 3);
    if (kind === 1) return 'x'.repeat(Math.floor(random.next() * 3));
    if (kind === 2) return random.next() < 0.5 ? null : random.next() < 0.5;
    if (kind === 3) return Array.from({ length: count }, () => any(depth + 1));
    return Object.fromEntries(Array.from({ length: count }, () => [random.suffix(1), any(depth + 1)]));
  };
  for (let step = 0; step < 5000; step++) {
    const object = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, spec: any(0) } as StoredObject;
    const text = JSON.stringify(object);
    expect(JSON.stringify(shared.share(object, undefined))).toBe(text);
  }
});

it('does not look into what has more parts than another object would have too', () => {
  const shared = new SharedValues();
  const spec = { list: Array.from({ length: 1001 }, () => ({ a: 1 })), map: {} as Record<string, object> };
  for (let index = 0; index < 1001; index++) spec.map[`k${index}`] = {};
  const object = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, spec };
  const stored = shared.share(object, undefined).spec;
  expect(stored.list).toBe(spec.list);
  expect(stored.map).toBe(spec.map);
});
