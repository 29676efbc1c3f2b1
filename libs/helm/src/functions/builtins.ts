import { byteLength, byteSlice, compareStrings, stringBytes } from '../template/go-strings.js';
import { sprint, sprintf, sprintln } from '../template/printing.js';
import {
  GoInt,
  goInt,
  GoObject,
  type GoValue,
  isTrue,
  kindName,
  TypedMap,
  typeName,
} from '../template/values.js';
import { define, type FunctionTable } from './signature.js';

type BasicKind = 'bool' | 'int' | 'uint' | 'float' | 'string';

function basicKind(value: GoValue): BasicKind | undefined {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoInt) return value.unsigned ? 'uint' : 'int';
  return undefined;
}

function incompatible(a: GoValue, b: GoValue): Error {
  return new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

function isAbsent(value: GoValue): boolean {
  return value === null || value === undefined;
}

function equal(a: GoValue, b: GoValue): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA !== undefined && kindB !== undefined) {
    if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value;
    if (kindA !== kindB) throw incompatible(a, b);
    return a === b;
  }
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (kindA !== kindB) throw incompatible(a, b);
  if (kindName(a) !== kindName(b)) {
    throw new Error(sprintf('non-comparable types %s: %v, %s: %v', [a, typeName(a), typeName(b), b]));
  }
  if (b instanceof GoObject) return a === b;
  throw new Error(`non-comparable type ${sprintf('%s', [b])}: ${typeName(b)}`);
}

function anyEqual(first: GoValue, ...others: GoValue[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => equal(first, other));
}

function less(a: GoValue, b: GoValue): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA === undefined || kindB === undefined) throw new Error('invalid type for comparison');
  if (a instanceof GoInt && b instanceof GoInt) return a.value < b.value;
  if (kindA !== kindB) throw incompatible(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) < 0;
  throw new Error('invalid type for comparison');
}

function position(index: GoValue, limit: number): number {
  if (isAbsent(index)) throw new Error('cannot index slice/array with nil');
  if (!(index instanceof GoInt)) throw new Error(`cannot index slice/array with type ${typeName(index)}`);
  if (index.value < 0n || index.value > BigInt(limit)) throw new Error(`index out of range: ${index.value}`);
  return Number(index.value);
}

function indexOnce(item: GoValue, index: GoValue): GoValue {
  if (isAbsent(item)) throw new Error('index of nil pointer');
  if (item instanceof Map) {
    if (isAbsent(index)) throw new Error('value is nil; should be of type string');
    if (typeof index !== 'string') throw new Error(`value has type ${typeName(index)}; should be string`);
    const value = (item as Map<string, GoValue>).get(index);
    if (value !== undefined) return value;
    return item instanceof TypedMap && item.elementType === 'string' ? '' : null;
  }
  if (typeof item === 'string' || item instanceof Uint8Array) {
    const bytes = typeof item === 'string' ? stringBytes(item) : item;
    const byte = bytes[position(index, bytes.length)];
    if (byte === undefined)
      throw new Error(`reflect: ${typeof item === 'string' ? 'string' : 'slice'} index out of range`);
    return new GoInt(BigInt(byte), 'uint8');
  }
  if (Array.isArray(item)) {
    const at = position(index, item.length);
    if (at >= item.length) throw new Error('reflect: slice index out of range');
    return item[at] as GoValue;
  }
  throw new Error(`can't index item of type ${typeName(item)}`);
}

function index(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isAbsent(item)) throw new Error('index of untyped nil');
  return indexes.reduce(indexOnce, item);
}

function length(item: GoValue): GoInt {
  if (item === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value');
  if (item === null) throw new Error('len of nil pointer');
  if (typeof item === 'string') return goInt(byteLength(item));
  if (Array.isArray(item) || item instanceof Uint8Array) return goInt(item.length);
  if (item instanceof Map) return goInt(item.size);
  throw new Error(`len of type ${typeName(item)}`);
}

function slice(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isAbsent(item)) throw new Error('slice of untyped nil');
  const size = typeof item === 'string' ? byteLength(item) : Array.isArray(item) ? item.length : undefined;
  if (size === undefined) throw new Error(`can't slice item of type ${typeName(item)}`);
  const [from = 0, to = size] = indexes.map((value) => position(value, size));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  return typeof item === 'string' ? byteSlice(item, from, to) : (item as GoValue[]).slice(from, to);
}

const HTML_ESCAPES: Record<string, string> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

function javaScript(text: string): string {
  return text.replace(/[\\'"<>&=\p{Cc}]|[^\p{ASCII}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code > 0x7f)
      return /[\p{C}\p{Z}]/u.test(char) ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : char;
    if (char === '\\' || char === "'" || char === '"') return `\\${char}`;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** url.QueryEscape. */
export function queryEscape(text: string): string {
  return Array.from(stringBytes(text), (byte) => {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.~-]/.test(char)) return char;
    return char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** What the escaping functions escape: nil is `<no value>` there. */
function printable(values: readonly GoValue[]): string {
  return sprint(values.map((value) => (isAbsent(value) ? '<no value>' : value)));
}

const shortCircuit = define('value ...value', () => undefined);

/** The functions of Go's template language itself. `and` and `or` are run by the executor, which short-circuits them. */
export const builtinFunctions: FunctionTable = {
  and: shortCircuit,
  or: shortCircuit,
  not: define('value', (value) => !isTrue(value)),
  eq: define('value ...value', anyEqual),
  ne: define('value value', (a, b) => !anyEqual(a, b)),
  lt: define('value value', less),
  le: define('value value', (a, b) => less(a, b) || equal(a, b)),
  gt: define('value value', (a, b) => !less(a, b) && !equal(a, b)),
  ge: define('value value', (a, b) => !less(a, b)),
  len: define('value', length),
  index: define('value ...value', index),
  slice: define('value ...value', slice),
  call: define('value ...value', (callee) => {
    if (isAbsent(callee)) throw new Error('call of nil');
    throw new Error(`non-function of type ${typeName(callee)}`);
  }),
  print: define('...any', (...values) => sprint(values)),
  printf: define('string ...any', (format, ...values) => sprintf(format, values)),
  println: define('...any', (...values) => sprintln(values)),
  html: define('...any', (...values) =>
    printable(values).replace(/["'&<>\0]/g, (char) => HTML_ESCAPES[char] ?? char),
  ),
  js: define('...any', (...values) => javaScript(printable(values))),
  urlquery: define('...any', (...values) => queryEscape(printable(values))),
};
