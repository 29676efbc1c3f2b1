import type { Budget } from './budget.js';
import { joinedByKeys } from './keyed-lists.js';
import { isInRange } from './time-values.js';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelUint,
  compare,
  equal,
  isMap,
  isNumber,
  GrowingList,
  lookUp,
  typeOf,
  Visits,
} from './values.js';

type Operator = (left: unknown, right: unknown, budget: Budget) => unknown;

const noOverload = (): CelError => new CelError('no such overload');
const INT = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const MOST_UINT = 2n ** 64n - 1n;

/** An int, or an error when it does not fit into 64 bits. */
export function int(value: bigint): bigint {
  if (value < INT.least || value > INT.most) throw new CelError('integer overflow');
  return value;
}

function uint(value: bigint): CelUint {
  if (value < 0n || value > MOST_UINT) throw new CelError('unsigned integer overflow');
  return new CelUint(value);
}

function duration(nano: bigint): CelDuration {
  if (nano < INT.least || nano > INT.most) throw new CelError('duration overflow');
  return new CelDuration(nano);
}

function moment(nano: bigint): CelTimestamp {
  if (!isInRange(nano / 1_000_000_000n)) throw new CelError('timestamp overflow');
  return new CelTimestamp(nano);
}

function plus(a: unknown, b: unknown, budget: Budget): unknown {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof CelUint && b instanceof CelUint) return uint(a.value + b.value);
  if (Array.isArray(a) && Array.isArray(b)) return joined(a, b, budget);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.concat([a, b]).subarray();
  if (a instanceof CelDuration && b instanceof CelDuration) return duration(a.nano + b.nano);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return moment(a.nano + b.nano);
  if (a instanceof CelDuration && b instanceof CelTimestamp) return moment(a.nano + b.nano);
  throw noOverload();
}

/** Lists that loops put together grow in place; others stay as they are. */
function joined(a: readonly unknown[], b: readonly unknown[], budget: Budget): readonly unknown[] {
  if (a.length === 0 && !(a instanceof GrowingList)) return b;
  const keyed = joinedByKeys(a, b, budget);
  if (keyed) return keyed;
  if (a instanceof GrowingList) {
    budget.work(b.length);
    for (const item of b) a.push(item);
    return a;
  }
  budget.work(a.length + b.length);
  return [...a, ...b];
}

function minus(a: unknown, b: unknown): unknown {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a - b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a instanceof CelUint && b instanceof CelUint) return uint(a.value - b.value);
  if (a instanceof CelDuration && b instanceof CelDuration) return duration(a.nano - b.nano);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return moment(a.nano - b.nano);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return duration(a.nano - b.nano);
  throw noOverload();
}

function arithmetic(
  whole: (a: bigint, b: bigint) => bigint,
  broken: ((a: number, b: number) => number) | undefined,
): Operator {
  return (a, b) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return int(whole(a, b));
    if (a instanceof CelUint && b instanceof CelUint) return uint(whole(a.value, b.value));
    if (broken && typeof a === 'number' && typeof b === 'number') return broken(a, b);
    throw noOverload();
  };
}

const ordered =
  (holds: (order: number) => boolean): Operator =>
  (a, b) => {
    const order = compare(a, b);
    if (order === undefined) throw noOverload();
    return holds(order);
  };

const same =
  (wanted: boolean): Operator =>
  (a, b, budget) => {
    return equal(a, b, new Visits(budget)) === wanted;
  };

function isIn(item: unknown, collection: unknown, budget: Budget): boolean {
  if (Array.isArray(collection)) {
    const visits = new Visits(budget);
    return collection.some((one) => equal(one, item, visits));
  }
  if (!isMap(collection)) throw noOverload();
  return lookUp(collection, item) !== undefined;
}

const OPERATORS = new Map<string, Operator>([
  ['_+_', plus],
  ['_-_', minus],
  [
    '_*_',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    '_/_',
    arithmetic(
      (a, b) => {
        if (b === 0n) throw new CelError('division by zero');
        return a / b;
      },
      (a, b) => a / b,
    ),
  ],
  [
    '_%_',
    arithmetic((a, b) => {
      if (b === 0n) throw new CelError('modulus by zero');
      return a % b;
    }, undefined),
  ],
  ['_<_', ordered((order) => order < 0)],
  ['_<=_', ordered((order) => order <= 0)],
  ['_>_', ordered((order) => order > 0)],
  ['_>=_', ordered((order) => order >= 0)],
  ['_==_', same(true)],
  ['_!=_', same(false)],
  ['@in', isIn],
  ['@not_strictly_false', (value) => value !== false],
  [
    '!_',
    (value) => {
      if (typeof value !== 'boolean') throw noOverload();
      return !value;
    },
  ],
  [
    '-_',
    (value) => {
      if (typeof value === 'bigint') return int(-value);
      if (isNumber(value) && typeof value === 'number') return -value;
      if (value instanceof CelDuration) return duration(-value.nano);
      throw noOverload();
    },
  ],
]);

const NUMBERS = ['int', 'uint', 'double'];
const TIMES = ['google.protobuf.Duration', 'google.protobuf.Timestamp'];
const COMPARABLE: readonly string[] = [...NUMBERS, ...TIMES, 'bool', 'bytes', 'string'];
/** Types of first operands an operator can be asked about at all; of others it says its name. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  '_+_': [...NUMBERS, ...TIMES, 'string', 'bytes', 'list'],
  '_-_': [...NUMBERS, ...TIMES],
  '_*_': NUMBERS,
  '_/_': NUMBERS,
  '_%_': ['int', 'uint'],
  '-_': ['int', 'double', 'google.protobuf.Duration'],
  '_<_': COMPARABLE,
  '_<=_': COMPARABLE,
  '_>_': COMPARABLE,
  '_>=_': COMPARABLE,
};

/** What stands between two values: `_+_`, `@in`; or before one: `!_`. */
export function operatorOf(name: string): Operator | undefined {
  const operator = OPERATORS.get(name);
  const operands = OPERANDS[name];
  if (!operator || !operands) return operator;
  return (left, right, budget) => {
    const type = typeOf(left);
    if (!operands.includes(type) && type !== 'string' && !TIMES.includes(type))
      throw new CelError(`no such overload: ${name}`);
    return operator(left, right, budget);
  };
}
