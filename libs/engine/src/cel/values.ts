import { keysOf, type ListKeys } from './list-keys.js';

/** An expression that can't be evaluated with what it was given. */
export class CelError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'CelError';
  }
}

/** An unsigned whole number; plain bigints are ints, plain numbers doubles. */
export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment, in nanoseconds since 1970. */
export class CelTimestamp {
  readonly nano: bigint;
  constructor(nano: bigint) {
    this.nano = nano;
  }
}

/** A length of time in nanoseconds. */
export class CelDuration {
  readonly nano: bigint;
  constructor(nano: bigint) {
    this.nano = nano;
  }
}

/** The type of a value, itself a value: `type(1) == int`. */
export class CelType {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What `a.?b` gives: a value, or none. */
export class CelOptional {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }

  get isPresent(): boolean {
    return this.value !== undefined;
  }
}

export const NONE = new CelOptional(undefined);

/** A value of a library's own type. Its functions are found by the type's name. */
export abstract class CelOpaque {
  abstract readonly typeName: string;
  abstract equals(other: CelOpaque): boolean;

  /** What `value.name` means; undefined where that means nothing. */
  field(_name: string): unknown {
    return undefined;
  }
}

/** An object made by an expression: `Object.spec{replicas: 1}`. */
export class CelMessage extends CelOpaque {
  readonly typeName: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(typeName: string, fields: Readonly<Record<string, unknown>>) {
    super();
    this.typeName = typeName;
    this.fields = fields;
  }

  override field(name: string): unknown {
    return lookUp(this.fields, name);
  }

  equals(other: CelOpaque): boolean {
    return (
      other instanceof CelMessage && other.typeName === this.typeName && equalMaps(this.fields, other.fields)
    );
  }
}

/** A map with keys that are not all texts. Keys are told apart by `keyOf`. */
export class CelMap {
  readonly entries: ReadonlyMap<string, readonly [key: unknown, value: unknown]>;
  constructor(entries: ReadonlyMap<string, readonly [key: unknown, value: unknown]>) {
    this.entries = entries;
  }
}

/** A list that a loop puts together. What it makes of itself is a plain list. */
export class GrowingList extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  grown(): unknown[] {
    return Array.from(this);
  }
}

/** A map that a loop puts together. */
export class GrowingMap extends CelMap {
  declare readonly entries: Map<string, readonly [key: unknown, value: unknown]>;

  constructor() {
    super(new Map());
  }

  insert(key: unknown, value: unknown): void {
    const id = keyOf(key);
    if (this.entries.has(id)) throw new CelError(`insert failed: key ${shown(key)} already exists`);
    this.entries.set(id, [key, value]);
  }

  grown(): CelRecord | CelMap {
    return mapOf(this.entries.values());
  }
}

export type CelRecord = Readonly<Record<string, unknown>>;

/** True for maps whose keys are texts. */
export function isRecord(value: unknown): value is CelRecord {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

export const isMap = (value: unknown): value is CelRecord | CelMap =>
  value instanceof CelMap || isRecord(value);

let identities = 0;
const identified = new WeakMap<object, number>();

/** Tells things apart that have no text of their own: each is itself only. */
function identityOf(value: object): number {
  const known = identified.get(value) ?? (identities += 1);
  identified.set(value, known);
  return known;
}

/** What tells keys of maps apart: numbers of all types are one, lists and maps are keys of their own. */
export function keyOf(value: unknown): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'boolean') return `b${value}`;
  if (typeof value === 'bigint') return `n${value}`;
  if (value instanceof CelUint) return `n${value.value}`;
  if (typeof value === 'number') return Number.isInteger(value) ? `n${BigInt(value)}` : `d${value}`;
  if (value instanceof CelTimestamp) return `t${value.nano}`;
  if (value instanceof CelDuration) return `l${value.nano}`;
  return value === null || typeof value !== 'object' ? `v${String(value)}` : `o${identityOf(value)}`;
}

/** The value at a key of a map; undefined when there is none. */
export function lookUp(map: CelRecord | CelMap, key: unknown): unknown {
  if (map instanceof CelMap) return map.entries.get(keyOf(key))?.[1];
  return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
}

export function entriesOf(map: CelRecord | CelMap): (readonly [unknown, unknown])[] {
  return map instanceof CelMap ? [...map.entries.values()] : Object.entries(map);
}

/** A map of entries. A key that comes twice is an error, unless the last one counts. */
export function mapOf(
  entries: Iterable<readonly [unknown, unknown]>,
  lastCounts = false,
): CelRecord | CelMap {
  const found = new Map<string, readonly [unknown, unknown]>();
  let isPlain = true;
  for (const entry of entries) {
    const [key] = entry;
    const id = keyOf(key);
    if (found.has(id) && !lastCounts) throw new CelError(`insert failed: key ${shown(key)} already exists`);
    found.set(id, entry);
    isPlain &&= typeof key === 'string';
  }
  if (!isPlain) return new CelMap(found);
  const record = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of found.values()) record[key as string] = value;
  return record;
}

/** Larger doubles are written with an exponent. */
const MOST_PLAIN_EXPONENT = 6;
const SIMPLE_TYPES: Partial<Record<string, string>> = {
  boolean: 'bool',
  bigint: 'int',
  number: 'double',
  string: 'string',
};

/** The name of a value's type, as `type(value)` shows it. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null_type';
  const simple = SIMPLE_TYPES[typeof value];
  if (simple !== undefined) return simple;
  if (Array.isArray(value)) return 'list';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelType) return 'type';
  if (value instanceof CelOptional) return 'optional_type';
  if (value instanceof CelOpaque) return value.typeName;
  return 'map';
}

type AnyNumber = bigint | number | CelUint;

export const isNumber = (value: unknown): value is AnyNumber =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof CelUint;

const bare = (value: AnyNumber): bigint | number => (value instanceof CelUint ? value.value : value);

/** Parts of values an action outside of expressions looks at: lists that share their items can be endless without being large. */
const MOST_VISITS = 1_000_000;

/** Counts parts of values. Throws a CelError when there are too many, or what the budget throws. */
export class Visits {
  readonly #budget: { work(items: number): void } | undefined;
  #left = MOST_VISITS;

  constructor(budget?: { work(items: number): void }) {
    this.#budget = budget;
  }

  count(): void {
    if (this.#budget) {
      this.#budget.work(1);
      return;
    }
    this.#left -= 1;
    if (this.#left < 0) throw new CelError('the value is too large');
  }
}

/** Equality of any two values; values of different types are different, numbers are compared by what they are worth. */
export function equal(a: unknown, b: unknown, visits: Visits = new Visits()): boolean {
  if (a === b) return true;
  visits.count();
  if (isNumber(a) && isNumber(b)) return compare(a, b) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return equalAnyOrder(a, b, visits) ?? a.every((item, index) => equal(item, b[index], visits));
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nano === b.nano;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nano === b.nano;
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  if (a instanceof CelOptional)
    return b instanceof CelOptional && a.isPresent === b.isPresent && equal(a.value, b.value, visits);
  if (a instanceof CelOpaque) return b instanceof CelOpaque && a.typeName === b.typeName && a.equals(b);
  return isMap(a) && isMap(b) && equalMaps(a, b, visits);
}

/** Whether two lists hold the same in any order; undefined when the first is a plain list. */
function equalAnyOrder(
  list: readonly unknown[],
  others: readonly unknown[],
  visits: Visits,
): boolean | undefined {
  const by = keysOf(list);
  if (!by) return undefined;
  return others.every((other) => {
    const found = list.find((one) => isSameItem(one, other, by, visits));
    return found !== undefined && (by === 'set' || equal(found, other, visits));
  });
}

/** Whether two items are the same one to a list with keys. */
export function isSameItem(one: unknown, other: unknown, by: ListKeys, visits: Visits): boolean {
  if (by === 'set') return equal(one, other, visits);
  visits.count();
  if (!isMap(one) || !isMap(other)) return false;
  return by.every((key) => equal(lookUp(one, key), lookUp(other, key), visits));
}

function equalMaps(a: CelRecord | CelMap, b: CelRecord | CelMap, visits = new Visits()): boolean {
  const entries = entriesOf(a);
  if (entries.length !== entriesOf(b).length) return false;
  return entries.every(([key, value]) => {
    const other = lookUp(b, key);
    return other !== undefined && equal(value, other, visits);
  });
}

/** Less than zero, zero or more; undefined when there is no order between the two. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (isNumber(a) && isNumber(b)) {
    const [left, right] = [bare(a), bare(b)];
    return left < right ? -1 : left > right ? 1 : Number.isNaN(left) || Number.isNaN(right) ? NaN : 0;
  }
  if (typeof a === 'string' && typeof b === 'string')
    return a === b
      ? 0
      : /[\ud800-\udfff]/.test(a + b)
        ? Buffer.compare(Buffer.from(a), Buffer.from(b))
        : a < b
          ? -1
          : 1;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return Number(a.nano - b.nano);
  if (a instanceof CelDuration && b instanceof CelDuration) return Number(a.nano - b.nano);
  return undefined;
}

/** Numbers as Go prints doubles. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= MOST_PLAIN_EXPONENT))
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** How many letters a text has; what takes two places in memory is one. */
export function lettersIn(text: string): number {
  let count = text.length;
  if (/[\ud800-\udbff]/.test(text))
    for (let index = 0; index < text.length; index += 1)
      if ((text.codePointAt(index) ?? 0) > 0xffff) count -= 1;
  return count;
}

/** A value in the words of an error message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return doubleText(value);
  if (value instanceof CelUint) return String(value.value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (isMap(value))
    return `{${entriesOf(value)
      .map(([key, one]) => `${shown(key)}: ${shown(one)}`)
      .join(', ')}}`;
  if (typeof value === 'object' && value !== null) return typeOf(value);
  return String(value);
}
