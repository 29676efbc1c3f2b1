import { codePoints } from '../text-positions.js';
import { isList, JsonnetFunction, Thunk, typeOf, type Lazy, type Value } from '../values.js';
import type { Call, Native } from './native.js';

/** Arrays. */
export const ARRAYS: readonly Native[] = [
  [
    'makeArray',
    'sz, func',
    (call) => {
      const size = Math.max(0, call.whole(0));
      call.evaluation.operators.checkCount(size);
      const callee = call.function(1);
      return Array.from({ length: size }, (_, index) => later(() => call.apply(callee, index)));
    },
  ],
  [
    'range',
    'from, to',
    (call) => {
      const [from, to] = [call.whole(0), call.whole(1)];
      const length = Math.max(0, to - from + 1);
      call.evaluation.operators.checkCount(length);
      return Array.from({ length }, (_, index) => from + index);
    },
  ],
  ['repeat', 'what, count', repeat],
  [
    'slice',
    'indexable, index, end, step',
    (call) => call.evaluation.operators.slice(call.value(0), [call.value(1), call.value(2), call.value(3)]),
  ],
  [
    'map',
    'func, arr',
    (call) => {
      const callee = call.function(0);
      return items(call, 1).map((item) => later(() => call.apply(callee, item)));
    },
  ],
  [
    'mapWithIndex',
    'func, arr',
    (call) => {
      const callee = call.function(0);
      return items(call, 1).map((item, index) => later(() => call.apply(callee, index, item)));
    },
  ],
  [
    'filter',
    'func, arr',
    (call) => {
      const callee = call.function(0);
      return call.list(1).filter((item) => call.test(callee, item));
    },
  ],
  [
    'filterMap',
    'filter_func, map_func, arr',
    (call) => {
      const [wanted, callee] = [call.function(0), call.function(1)];
      return call
        .list(2)
        .filter((item) => call.test(wanted, item))
        .map((item) => later(() => call.apply(callee, item)));
    },
  ],
  ['flatMap', 'func, arr', flatMap],
  [
    'foldl',
    'func, arr, init',
    (call) => {
      const callee = call.function(0);
      return items(call, 1).reduce<Value>((total, item) => call.apply(callee, total, item), call.value(2));
    },
  ],
  [
    'foldr',
    'func, arr, init',
    (call) => {
      const callee = call.function(0);
      return items(call, 1).reduceRight<Value>(
        (total, item) => call.apply(callee, item, total),
        call.value(2),
      );
    },
  ],
  [
    'member',
    'arr, x',
    (call) => {
      const where = call.value(0);
      if (typeof where === 'string') return where.includes(call.text(1));
      return call.list(0).some((item) => same(call, item, call.lazy(1)));
    },
  ],
  ['contains', 'arr, elem', (call) => call.list(0).some((item) => same(call, item, call.lazy(1)))],
  ['count', 'arr, x', (call) => call.list(0).filter((item) => same(call, item, call.lazy(1))).length],
  [
    'find',
    'value, arr',
    (call) => call.list(1).flatMap((item, index) => (same(call, item, call.lazy(0)) ? [index] : [])),
  ],
  [
    'remove',
    'arr, elem',
    (call) => {
      const list = call.list(0);
      const at = list.findIndex((item) => same(call, item, call.lazy(1)));
      return at < 0 ? list : list.filter((_, index) => index !== at);
    },
  ],
  [
    'removeAt',
    'arr, at',
    (call) => {
      const at = call.number(1);
      return call.list(0).filter((_, index) => index !== at);
    },
  ],
  ['join', 'sep, arr', join],
  [
    'lines',
    'arr',
    (call) =>
      call
        .list(0)
        .map((item) => `${text(call, item)}\n`)
        .join(''),
  ],
  ['deepJoin', 'arr', (call) => deepJoin(call, call.value(0))],
  [
    'flattenArrays',
    'arrs',
    (call) =>
      call.evaluation.operators.checkArray(
        call.list(0).flatMap((item) => {
          const part = call.evaluation.force(item);
          return isList(part) ? part : call.fail(`expected arrays, got ${typeOf(part)}`);
        }),
      ),
  ],
  ['flattenDeepArray', 'value', (call) => flattenDeep(call, call.value(0))],
  ['reverse', 'arr', (call) => call.list(0).toReversed()],
  ['any', 'arr', (call) => call.list(0).some((item) => flag(call, item))],
  ['all', 'arr', (call) => call.list(0).every((item) => flag(call, item))],
  ['sum', 'arr', (call) => sum(call)],
  [
    'avg',
    'arr',
    (call) =>
      call.list(0).length === 0
        ? call.fail('cannot calculate average of an empty array')
        : sum(call) / call.list(0).length,
  ],
  ['minArray', 'arr, keyF?, onEmpty?', (call) => extreme(call, -1)],
  ['maxArray', 'arr, keyF?, onEmpty?', (call) => extreme(call, 1)],
];

function later(compute: () => Value): Thunk {
  return new Thunk(undefined, undefined, compute);
}

/** Elements of an array, or characters of a text. */
function items(call: Call, at: number): readonly Lazy[] {
  const value = call.value(at);
  return typeof value === 'string' ? codePoints(value) : call.list(at);
}

function same(call: Call, left: Lazy, right: Lazy): boolean {
  return call.evaluation.operators.equals(call.evaluation.force(left), call.evaluation.force(right));
}

function text(call: Call, item: Lazy): string {
  const value = call.evaluation.force(item);
  return typeof value === 'string' ? value : call.fail(`expected strings, got ${typeOf(value)}`);
}

function flag(call: Call, item: Lazy): boolean {
  const value = call.evaluation.force(item);
  return typeof value === 'boolean' ? value : call.fail(`expected booleans, got ${typeOf(value)}`);
}

function sum(call: Call): number {
  let total = 0;
  for (const item of call.list(0)) {
    const value = call.evaluation.force(item);
    total += typeof value === 'number' ? value : call.fail(`expected numbers, got ${typeOf(value)}`);
  }
  return total;
}

function repeat(call: Call): Value {
  const what = call.value(0);
  const count = call.whole(1);
  if (count < 0) return call.fail('count must not be negative');
  const { operators, limits } = call.evaluation;
  if (typeof what === 'string') {
    if (what.length * count > limits.maxTextLength)
      operators.checkLength(' '.repeat(limits.maxTextLength + 1));
    return what.repeat(count);
  }
  if (!isList(what)) return call.fail(`what must be a string or an array, got ${typeOf(what)}`);
  operators.checkCount(what.length * count);
  return Array.from({ length: count }, () => what).flat();
}

function flatMap(call: Call): Value {
  const callee = call.function(0);
  const source = call.value(1);
  const { operators } = call.evaluation;
  if (typeof source === 'string') {
    const parts = codePoints(source).map((char) => {
      const part = call.apply(callee, char);
      return part === null
        ? ''
        : typeof part === 'string'
          ? part
          : call.fail('the function must give strings');
    });
    return operators.checkLength(parts.join(''));
  }
  const result: Lazy[] = [];
  for (const item of call.list(1)) {
    const part = call.apply(callee, item);
    if (!isList(part)) return call.fail(`the function must give arrays, got ${typeOf(part)}`);
    for (const each of part) result.push(each);
    operators.checkCount(result.length);
  }
  return result;
}

function join(call: Call): Value {
  const separator = call.value(0);
  const parts = call
    .list(1)
    .map((item) => call.evaluation.force(item))
    .filter((part) => part !== null);
  if (typeof separator === 'string') {
    const texts = parts.map((part) => text(call, part));
    return call.evaluation.operators.checkLength(texts.join(separator));
  }
  if (!isList(separator)) return call.fail(`sep must be a string or an array, got ${typeOf(separator)}`);
  const result: Lazy[] = [];
  parts.forEach((part, index) => {
    if (!isList(part)) return call.fail(`expected arrays, got ${typeOf(part)}`);
    if (index > 0) result.push(...separator);
    result.push(...part);
    call.evaluation.operators.checkCount(result.length);
  });
  return result;
}

function deepJoin(call: Call, value: Value): string {
  if (typeof value === 'string') return value;
  if (!isList(value)) return call.fail(`expected a string or an array, got ${typeOf(value)}`);
  call.evaluation.enter();
  const result = value.map((item) => deepJoin(call, call.evaluation.force(item))).join('');
  call.evaluation.leave();
  return call.evaluation.operators.checkLength(result);
}

function flattenDeep(call: Call, value: Value): Lazy[] {
  if (!isList(value)) return [value];
  call.evaluation.enter();
  const result = value.flatMap((item) => flattenDeep(call, call.evaluation.force(item)));
  call.evaluation.leave();
  return call.evaluation.operators.checkArray(result);
}

function extreme(call: Call, side: 1 | -1): Value {
  const list = call.list(0);
  const keyOf = call.has(1) ? call.function(1) : undefined;
  if (list.length === 0) return call.has(2) ? call.value(2) : call.fail('expected at least one element');
  let best: Value = null;
  let bestKey: Value | undefined;
  for (const item of list) {
    const value = call.evaluation.force(item);
    const key = keyOf instanceof JsonnetFunction ? call.apply(keyOf, value) : value;
    if (bestKey !== undefined && call.evaluation.operators.compare(key, bestKey) * side <= 0) continue;
    best = value;
    bestKey = key;
  }
  return best;
}
