import { expect, it } from 'vitest';
import { SeededRandom } from '../random.js';
import { objectName, type ObjectName } from './stored-object.js';
import { Table } from './table.js';

const object = (name: string, label = '') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { label } },
});

it('keeps names in byte order through any sequence of changes', () => {
  const random = new SeededRandom('table');
  const table = new Table();
  for (let step = 0; step < 3000; step++) {
    const name = objectName('default', `c-${Math.floor(random.next() * 200)}`);
    if (random.next() < 0.5) table.put(name, object(name));
    else table.remove(name);
    if (random.next() < 0.2)
      expect([...table.sortedNames().after('')]).toEqual([...table.objects.keys()].sort());
  }
});

it('finds its place among many names without looking at them', () => {
  const table = new Table();
  const padded = (index: number) => objectName('default', `c-${String(index).padStart(5, '0')}`);
  for (let index = 0; index < 3000; index++) table.put(padded(index), object(padded(index)));
  const names = table.sortedNames();
  for (const index of [0, 1, 255, 256, 257, 1499, 2998, 2999]) {
    expect(names.countUpTo(padded(index))).toBe(index + 1);
    expect(names.after(padded(index)).next().value).toBe(index < 2999 ? padded(index + 1) : undefined);
  }
  expect(names.countUpTo('default/')).toBe(0);
  expect(names.countUpTo('default0')).toBe(3000);
});

it('moves an object from one key of an index to another', () => {
  const table = new Table();
  table.index('label', ({ metadata }) => [metadata.labels?.['label'] ?? '']);
  const name: ObjectName = 'default/a';
  table.put(name, object('a', 'x'));
  table.put(name, object('a', 'y'));
  expect(table.by('label', 'x')).toEqual([]);
  expect(table.by('label', 'y')).toHaveLength(1);
  expect(table.countBy('label', 'y')).toBe(1);
  expect(() => table.by('nothing', 'y')).toThrow(/no index "nothing"/);
});
