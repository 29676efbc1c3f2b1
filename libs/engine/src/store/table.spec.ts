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
    if (random.next() < 0.2) expect(table.sortedNames()).toEqual([...table.objects.keys()].sort());
  }
});

it('leaves a list that was handed out as it was', () => {
  const table = new Table();
  table.put('default/b', object('b'));
  const before = table.sortedNames();
  table.put('default/a', object('a'));
  expect(table.sortedNames()).toEqual(['default/a', 'default/b']);
  expect(before).toEqual(['default/b']);
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
