import { Decimal } from './decimal.js';
import type { Budget } from '../template/budget.js';
import { goPrint } from '../template/printing.js';
import { goInt, goInt64, type GoInt, type GoValue, TypedSlice } from '../template/values.js';
import { toFloat, toInt64 } from './cast.js';
import { define, type FunctionTable } from './signature.js';

/** `until` and `seq` may not build longer lists. */
const MAX_COUNT = 10_000_000;

function count(start: bigint, stop: bigint, step: bigint, budget: Budget): TypedSlice<GoInt> {
  const items: GoInt[] = [];
  const down = stop < start;
  if (down ? step < 0n : step > 0n) {
    const length = (stop - start) / step;
    if (length > BigInt(MAX_COUNT)) throw new Error(`a list of ${length} numbers is too long`);
    budget.write(Number(length) * 8);
    for (let value = start; down ? value > stop : value < stop; value += step) items.push(goInt(value));
  }
  return TypedSlice.of_('int', items);
}

function sequence(params: readonly GoInt[], budget: Budget): string {
  const [a = 0n, b = 0n, c = 0n] = params.map((param) => param.value);
  const text = (start: bigint, end: bigint, step: bigint, beyond: bigint): string =>
    count(start, end + beyond, step, budget)
      .map((value) => value.value.toString())
      .join(' ');
  switch (params.length) {
    case 1: {
      const step = a < 1n ? -1n : 1n;
      return text(1n, a, step, step);
    }
    case 2: {
      const step = b < a ? -1n : 1n;
      return text(a, b, step, step);
    }
    case 3:
      if (c < a && b > 0n) return '';
      return text(a, c, b, c < a ? -1n : 1n);
    default:
      return '';
  }
}

function round(value: GoValue, places: GoInt, on: number): number {
  const power = 10 ** Number(places.value);
  const digit = power * toFloat(value);
  const fraction = digit - Math.trunc(digit);
  return (fraction >= on ? Math.ceil(digit) : Math.floor(digit)) / power;
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new Error('runtime error: integer divide by zero');
  return value;
}

type DecimalOperation = (a: Decimal, b: Decimal) => Decimal;

function decimals(first: GoValue, others: readonly GoValue[], operation: DecimalOperation): number {
  let result = Decimal.of(toFloat(first));
  for (const other of others) result = operation(result, Decimal.of(toFloat(other)));
  return result.toNumber();
}

function extreme(values: readonly GoValue[], better: (a: bigint, b: bigint) => boolean): GoInt {
  const numbers = values.map(toInt64);
  return goInt64(numbers.reduce((best, value) => (better(value, best) ? value : best)));
}

const add: DecimalOperation = (a, b) => a.add(b);

/** Sprig's arithmetic: integers are int64 and wrap, `...f` functions calculate in decimals. */
export function numberFunctions(budget: Budget, random: () => number): FunctionTable {
  const max = define('any ...any', (...values) => extreme(values, (a, b) => a > b));
  return {
    atoi: define('string', (text) => goInt(/^[+-]?[0-9]+$/.test(text) ? toSafeInt(text) : 0)),
    int: define('any', (value) => goInt(toInt64(value))),
    int64: define('any', (value) => goInt64(toInt64(value))),
    float64: define('any', toFloat),
    toDecimal: define('any', (value) => {
      const text = goPrint(value);
      return goInt64(/^[+-]?[0-7]+$/.test(text) ? Number.parseInt(text, 8) : 0);
    }),
    seq: define('...int', (...params) => sequence(params, budget)),
    until: define('int', (stop) => count(0n, stop.value, stop.value < 0n ? -1n : 1n, budget)),
    untilStep: define('int int int', (start, stop, step) =>
      count(start.value, stop.value, step.value, budget),
    ),
    add1: define('any', (value) => goInt64(toInt64(value) + 1n)),
    add: define('...any', (...values) =>
      goInt64(values.reduce<bigint>((sum, value) => sum + toInt64(value), 0n)),
    ),
    sub: define('any any', (a, b) => goInt64(toInt64(a) - toInt64(b))),
    mul: define('any ...any', (...values) =>
      goInt64(values.reduce<bigint>((sum, value) => sum * toInt64(value), 1n)),
    ),
    div: define('any any', (a, b) => goInt64(toInt64(a) / nonZero(toInt64(b)))),
    mod: define('any any', (a, b) => goInt64(toInt64(a) % nonZero(toInt64(b)))),
    randInt: define('int int', (min, max_) => {
      const span = max_.value - min.value;
      if (span <= 0n) throw new Error('invalid argument to Intn');
      return goInt(min.value + BigInt(Math.floor(random() * Number(span))));
    }),
    add1f: define('any', (value) => decimals(value, [1], add)),
    addf: define('...any', (...values) => decimals(0, values, add)),
    subf: define('any ...any', (first, ...others) => decimals(first, others, (a, b) => a.subtract(b))),
    mulf: define('any ...any', (first, ...others) => decimals(first, others, (a, b) => a.multiply(b))),
    divf: define('any ...any', (first, ...others) => decimals(first, others, (a, b) => a.divide(b))),
    biggest: max,
    max,
    min: define('any ...any', (...values) => extreme(values, (a, b) => a < b)),
    maxf: define('any ...any', (...values) => Math.max(...values.map(toFloat))),
    minf: define('any ...any', (...values) => Math.min(...values.map(toFloat))),
    ceil: define('any', (value) => Math.ceil(toFloat(value))),
    floor: define('any', (value) => Math.floor(toFloat(value))),
    round: define('any int ...float64', (value, places, ...on) => round(value, places, on[0] ?? 0.5)),
  };
}

function toSafeInt(text: string): bigint {
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : 0n;
}
