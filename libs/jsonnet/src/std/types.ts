import { isList, JsonnetFunction, JsonnetObject, typeOf } from '../values.js';
import { codePoints } from '../text-positions.js';
import type { Native } from './native.js';

/** Types, equality and what is about the program itself. */
export const TYPES: readonly Native[] = [
  ['type', 'x', (call) => typeOf(call.value(0))],
  ['isArray', 'v', (call) => isList(call.value(0))],
  ['isBoolean', 'v', (call) => typeof call.value(0) === 'boolean'],
  ['isFunction', 'v', (call) => call.value(0) instanceof JsonnetFunction],
  ['isNull', 'v', (call) => call.value(0) === null],
  ['isNumber', 'v', (call) => typeof call.value(0) === 'number'],
  ['isObject', 'v', (call) => call.value(0) instanceof JsonnetObject],
  ['isString', 'v', (call) => typeof call.value(0) === 'string'],
  [
    'length',
    'x',
    (call) => {
      const value = call.value(0);
      if (typeof value === 'string') return codePoints(value).length;
      if (isList(value)) return value.length;
      if (value instanceof JsonnetObject) return value.names(false).length;
      if (value instanceof JsonnetFunction) return value.parameters.length;
      return call.fail(`length operates on strings, objects, functions and arrays, got ${typeOf(value)}`);
    },
  ],
  ['equals', 'x, y', (call) => call.evaluation.operators.equals(call.value(0), call.value(1))],
  [
    'primitiveEquals',
    'x, y',
    (call) => {
      const [x, y] = [call.value(0), call.value(1)];
      if (typeOf(x) !== typeOf(y)) return false;
      if (typeof x === 'object' && x !== null) call.fail(`can't compare values of type ${typeOf(x)}`);
      return x === y;
    },
  ],
  [
    'assertEqual',
    'a, b',
    (call) => {
      const { operators, text } = call.evaluation;
      if (operators.equals(call.value(0), call.value(1))) return true;
      return call.fail(`${text.of(call.value(0))} != ${text.of(call.value(1))}`);
    },
  ],
  ['id', 'x', (call) => call.value(0)],
  // what is traced goes nowhere: a render has no terminal
  ['trace', 'str, rest', (call) => (call.text(0), call.value(1))],
  ['extVar', 'x', (call) => call.evaluation.external(call.text(0))],
  // there are no native functions of the surroundings, as in Argo CD
  ['native', 'name', (call) => (call.text(0), null)],
  ['toString', 'a', (call) => call.evaluation.text.of(call.value(0))],
  ['mod', 'a, b', (call) => call.evaluation.operators.binary('%', call.value(0), call.value(1))],
];
