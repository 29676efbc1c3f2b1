import type { Budget } from '../budget.js';
import { operatorOf } from '../operators.js';
import type { Library } from '../overload.js';
import { CelDuration, CelError, CelOptional, NONE, Visits, compare, equal, typeOf } from '../values.js';

type List = readonly unknown[];

/** Longest list `lists.range` makes. */
const LONGEST_RANGE = 1_000_000;

function ordered(a: unknown, b: unknown): number {
  const order = compare(a, b);
  if (order === undefined) throw new CelError('no such overload');
  return order;
}

function sum(list: List, budget: Budget): unknown {
  const plus = operatorOf('_+_');
  let total: unknown =
    typeof list[0] === 'number' ? 0 : list[0] instanceof CelDuration ? new CelDuration(0n) : 0n;
  if (list.length > 0 && typeOf(list[0]) === 'uint') {
    total = list[0];
    for (const item of list.slice(1)) total = plus?.(total, item, budget);
    return total;
  }
  for (const item of list) total = plus?.(total, item, budget);
  return total;
}

const extreme =
  (name: string, sign: number) =>
  (list: List): unknown => {
    if (list.length === 0) throw new CelError(`${name} called on empty list`);
    return list.reduce((best, item) => (ordered(item, best) * sign > 0 ? item : best));
  };

function isSorted(list: List): boolean {
  return list.every((item, index) => index === 0 || ordered(list[index - 1], item) <= 0);
}

/** True when every item of the second list is in the first. */
function contains(list: List, items: List, budget: Budget): boolean {
  const visits = new Visits(budget);
  return items.every((item) => list.some((one) => equal(one, item, visits)));
}

function flatten(list: List, depth: bigint): unknown[] {
  if (depth < 0n) throw new CelError('level must be non-negative');
  return list.flat(Number(depth > 100n ? 100n : depth));
}

function distinct(list: List, budget: Budget): unknown[] {
  const found: unknown[] = [];
  const visits = new Visits(budget);
  for (const item of list) {
    if (!found.some((one) => equal(one, item, visits))) found.push(item);
  }
  return found;
}

/** A list in the order of keys that belong to its items. */
function sortedBy(list: List, keys: List): List {
  if (list.length !== keys.length)
    throw new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.length} and ${keys.length} elements respectively`,
    );
  const [first] = keys;
  if (list.length > 0 && keys.some((key) => typeOf(key) !== typeOf(first)))
    throw new CelError('list elements must have the same type');
  return list
    .map((item, index) => ({ item, key: keys[index] }))
    .sort((a, b) => ordered(a.key, b.key))
    .map(({ item }) => item);
}

function slice(list: List, from: bigint, to: bigint): unknown[] {
  if (from < 0n || to < 0n)
    throw new CelError(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to)
    throw new CelError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (to > BigInt(list.length))
    throw new CelError(`cannot slice(${from}, ${to}), list is length ${list.length}`);
  return list.slice(Number(from), Number(to));
}

function range(count: bigint): bigint[] {
  if (count > BigInt(LONGEST_RANGE)) throw new CelError(`lists.range() makes at most ${LONGEST_RANGE} items`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index));
}

/** Lists, and lists as sets. */
export const lists: Library = {
  members: [
    ['isSorted', ['list'], isSorted],
    ['sum', ['list'], sum],
    ['max', ['list'], extreme('max', 1)],
    ['min', ['list'], extreme('min', -1)],
    [
      'indexOf',
      ['list', 'dyn'],
      (list: List, item: unknown) => BigInt(list.findIndex((one) => equal(one, item))),
    ],
    [
      'lastIndexOf',
      ['list', 'dyn'],
      (list: List, item: unknown) => BigInt(list.findLastIndex((one) => equal(one, item))),
    ],
    ['slice', ['list', 'int', 'int'], slice],
    ['flatten', ['list'], (list: List) => flatten(list, 1n)],
    ['flatten', ['list', 'int'], flatten],
    ['sort', ['list'], (list: List) => sortedBy(list, list)],
    ['@sortByAssociatedKeys', ['list', 'list'], sortedBy],
    ['distinct', ['list'], distinct],
    ['reverse', ['list'], (list: List) => list.toReversed()],
    ['first', ['list'], (list: List) => (list.length > 0 ? new CelOptional(list[0]) : NONE)],
    ['last', ['list'], (list: List) => (list.length > 0 ? new CelOptional(list.at(-1)) : NONE)],
  ],
  qualified: [
    ['lists.range', ['int'], range],
    ['sets.contains', ['list', 'list'], contains],
    [
      'sets.equivalent',
      ['list', 'list'],
      (a: List, b: List, budget: Budget) => contains(a, b, budget) && contains(b, a, budget),
    ],
    [
      'sets.intersects',
      ['list', 'list'],
      (a: List, b: List, budget: Budget) => {
        const visits = new Visits(budget);
        return a.some((item) => b.some((one) => equal(one, item, visits)));
      },
    ],
  ],
};
