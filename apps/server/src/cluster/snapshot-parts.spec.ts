import { describe, expect, it } from 'vitest';
import { type SnapshotObject, snapshotParts } from './snapshot-parts.js';

const object = (name: string, text = ''): SnapshotObject => ({
  resource: '/configmaps',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations: { text } } },
});
const read = (parts: Iterable<string>): SnapshotObject[] =>
  [...parts].flatMap((text) => JSON.parse(text) as SnapshotObject[]);

describe('the parts of a snapshot', () => {
  it('hold every object once, in order, and are of bounded size', () => {
    const objects = Array.from({ length: 500 }, (_, i) => object(`o-${i}`, 'x'.repeat(i)));
    const parts = [...snapshotParts(objects, 4_000)];
    expect(read(parts)).toEqual(objects);
    expect(parts.length).toBeGreaterThan(20);
    for (const part of parts) expect(part.length).toBeLessThan(5_000);
  });

  it('give an object that is longer than a part a part of its own', () => {
    const objects = [object('a'), object('long', 'x'.repeat(9_000)), object('b')];
    expect([...snapshotParts(objects, 4_000)].map((part) => read([part]).length)).toEqual([1, 1, 1]);
  });

  it('are none of an empty cluster', () => {
    expect([...snapshotParts([])]).toEqual([]);
  });

  it('are made one at a time: what is not asked for is not made', () => {
    let made = 0;
    const objects = (function* () {
      for (; made < 1_000; made++) yield object(`o-${made}`, 'x'.repeat(100));
    })();
    snapshotParts(objects, 1_000).next();
    expect(made).toBeLessThan(10);
  });
});
