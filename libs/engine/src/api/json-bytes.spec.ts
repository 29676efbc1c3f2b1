import { expect, it } from 'vitest';
import { jsonBytes } from './json-bytes.js';

const written = (value: object): string => {
  const { bytes, release } = jsonBytes(value);
  const text = Buffer.from(bytes).toString();
  release();
  return text;
};
const expected = (value: object): string => Buffer.from(`${JSON.stringify(value)}\n`).toString();

it('writes what JSON.stringify writes, of every sort of value and at every depth', () => {
  let seed = 7;
  const below = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit;
  const texts = [
    '',
    'plain',
    'a "quote"',
    'back\\slash',
    'tab\tline\n',
    'ümlaut',
    '日本',
    '😀',
    '\ud800',
    '\u0000\u007f\u2028',
  ];
  const shared: unknown[] = [];
  const value = (depth: number): unknown => {
    const sort = below(depth > 9 ? 6 : 10);
    if (sort === 0) return texts[below(texts.length)];
    if (sort === 1) return below(1000) - 500;
    if (sort === 2) return [0.1, 1e21, -0, Number.MAX_SAFE_INTEGER, 5e-324][below(5)];
    if (sort === 3) return [true, false, null, undefined][below(4)];
    if (sort < 6 && shared.length > 0) return shared[below(shared.length)];
    const length = below(5);
    const made =
      sort < 8
        ? Array.from({ length }, () => value(depth + 1))
        : Object.fromEntries(
            Array.from({ length }, () => [texts[below(texts.length)] ?? '', value(depth + 1)]),
          );
    if (depth > 3) shared.push(made);
    return made;
  };
  for (let round = 0; round < 300; round++) {
    const list = { items: Array.from({ length: 20 }, () => value(2)) };
    expect(written(list)).toBe(expected(list));
    shared.length = 0;
  }
});

it('writes a part that is shared as often as it is used', () => {
  const owners = [{ manager: 'kubectl', fields: { 'f:data': {} } }];
  const items = Array.from({ length: 50 }, (_, index) => ({ metadata: { name: `a-${index}`, owners } }));
  expect(written({ items })).toBe(expected({ items }));
});

it('writes lists that are larger than its buffer, and texts that are', () => {
  const owners = [{ text: 'o'.repeat(400_000) }];
  const items = Array.from({ length: 40 }, (_, index) => ({
    metadata: { owners, name: `${index}` },
    data: { text: 'x"'.repeat(index * 10_000) },
  }));
  const list = { items: [...items, { metadata: { text: 'ü'.repeat(5_000_000), owners } }] };
  expect(written(list) === expected(list)).toBe(true);
});

it('takes keys that are names of prototypes for what they are', () => {
  const items = [JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"2":"two","1":"one"}')];
  expect(written({ items })).toBe(expected({ items }));
});

it('lends memory to one list at a time, also when it is given back twice', () => {
  const first = jsonBytes({ items: ['first'] });
  first.release();
  first.release();
  const second = jsonBytes({ items: ['second'] });
  const third = jsonBytes({ items: ['third'] });
  expect(second.bytes.buffer).toBe(first.bytes.buffer);
  expect(third.bytes.buffer).not.toBe(second.bytes.buffer);
  expect(Buffer.from(second.bytes).toString()).toBe('{"items":["second"]}\n');
  for (const list of [second, third]) list.release();
});
