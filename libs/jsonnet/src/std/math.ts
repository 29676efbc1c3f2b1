import type { Native } from './native.js';

function one(name: string, compute: (x: number) => number): Native {
  return [name, 'x', (call) => call.evaluation.operators.checkNumber(compute(call.number(0)))];
}

function two(name: string, parameters: string, compute: (a: number, b: number) => number): Native {
  return [
    name,
    parameters,
    (call) => call.evaluation.operators.checkNumber(compute(call.number(0), call.number(1))),
  ];
}

/** C's `frexp`: a fraction in [0.5, 1) and a power of two. */
function split(value: number): { mantissa: number; exponent: number } {
  if (value === 0) return { mantissa: 0, exponent: 0 };
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let mantissa = value * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return { mantissa, exponent };
}

/** Half away from zero is Go's rule; JavaScript rounds halves up. */
function roundAway(x: number): number {
  return Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
}

/** Numbers. */
export const MATH: readonly Native[] = [
  ['abs', 'n', (call) => Math.abs(call.number(0))],
  ['sign', 'n', (call) => Math.sign(call.number(0))],
  two('max', 'a, b', Math.max),
  two('min', 'a, b', Math.min),
  two('modulo', 'x, y', (x, y) => x % y),
  two('pow', 'x, n', (x, n) => x ** n),
  two('atan2', 'y, x', Math.atan2),
  two('hypot', 'a, b', Math.hypot),
  [
    'clamp',
    'x, minVal, maxVal',
    (call) => Math.min(Math.max(call.number(0), call.number(1)), call.number(2)),
  ],
  one('exp', Math.exp),
  one('log', Math.log),
  one('log2', Math.log2),
  // the last digit as Go's logarithms give it
  one('log10', (x) => Math.log(x) / Math.LN10),
  one('floor', Math.floor),
  one('ceil', Math.ceil),
  one('round', roundAway),
  one('sqrt', Math.sqrt),
  one('sin', Math.sin),
  one('cos', Math.cos),
  one('tan', Math.tan),
  one('asin', Math.asin),
  one('acos', Math.acos),
  one('atan', Math.atan),
  one('deg2rad', (x) => (x * Math.PI) / 180),
  one('rad2deg', (x) => (x * 180) / Math.PI),
  one('mantissa', (x) => split(x).mantissa),
  one('exponent', (x) => split(x).exponent),
  ['isEven', 'x', (call) => Math.trunc(call.number(0)) % 2 === 0],
  ['isOdd', 'x', (call) => Math.abs(Math.trunc(call.number(0)) % 2) === 1],
  ['isInteger', 'x', (call) => Number.isInteger(call.number(0))],
  ['isDecimal', 'x', (call) => !Number.isInteger(call.number(0))],
  ['xor', 'x, y', (call) => call.flag(0) !== call.flag(1)],
  ['xnor', 'x, y', (call) => call.flag(0) === call.flag(1)],
];
