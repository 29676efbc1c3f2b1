import { codePoints } from '../text-positions.js';
import type { Lazy, Value } from '../values.js';
import type { Call, Native } from './native.js';

/** A value and what it is ordered by. */
interface Keyed {
  readonly item: Lazy;
  readonly key: Value;
}

/** Sorted arrays without duplicates, by a key. */
export const SETS: readonly Native[] = [
  ['sort', 'arr, keyF?', (call) => plain(sorted(call, keyed(call, 0, 1)))],
  ['uniq', 'arr, keyF?', (call) => plain(unique(call, keyed(call, 0, 1)))],
  ['set', 'arr, keyF?', (call) => plain(unique(call, sorted(call, keyed(call, 0, 1))))],
  [
    'setMember',
    'x, arr, keyF?',
    (call) => {
      const key = keyOf(call, 2, call.lazy(0));
      return keyed(call, 1, 2).some((each) => call.evaluation.operators.compare(each.key, key) === 0);
    },
  ],
  ['setUnion', 'a, b, keyF?', (call) => merge(call, (inLeft, inRight) => inLeft || inRight)],
  ['setInter', 'a, b, keyF?', (call) => merge(call, (inLeft, inRight) => inLeft && inRight)],
  ['setDiff', 'a, b, keyF?', (call) => merge(call, (inLeft, inRight) => inLeft && !inRight)],
];

function keyOf(call: Call, at: number, item: Lazy): Value {
  return call.has(at) ? call.apply(call.function(at), item) : call.evaluation.force(item);
}

function keyed(call: Call, at: number, keyAt: number): Keyed[] {
  const value = call.value(at);
  const list: readonly Lazy[] = typeof value === 'string' ? codePoints(value) : call.list(at);
  return list.map((item) => ({ item, key: keyOf(call, keyAt, item) }));
}

function plain(list: readonly Keyed[]): Lazy[] {
  return list.map(({ item }) => item);
}

function sorted(call: Call, list: readonly Keyed[]): Keyed[] {
  return list.toSorted((left, right) => call.evaluation.operators.compare(left.key, right.key));
}

function unique(call: Call, list: readonly Keyed[]): Keyed[] {
  return list.filter((each, index) => {
    const before = list[index - 1];
    return !before || !call.evaluation.operators.equals(before.key, each.key);
  });
}

/** Walks over two sets side by side, taking what is in the sides asked for. */
function merge(call: Call, wanted: (inLeft: boolean, inRight: boolean) => boolean): Lazy[] {
  const left = keyed(call, 0, 2);
  const right = keyed(call, 1, 2);
  const result: Lazy[] = [];
  let a = 0;
  let b = 0;
  while (a < left.length || b < right.length) {
    const [first, second] = [left[a], right[b]];
    const order = first && second ? call.evaluation.operators.compare(first.key, second.key) : first ? -1 : 1;
    const taken = order <= 0 ? first : second;
    if (taken && wanted(order <= 0, order >= 0)) result.push(taken.item);
    if (order <= 0) a++;
    if (order >= 0) b++;
  }
  return result;
}
