/**
 * Go's values as templates see them, carried in JavaScript:
 *
 * | Go                      | here                                             |
 * |-------------------------|--------------------------------------------------|
 * | invalid / untyped nil   | `undefined`                                      |
 * | nil in an interface     | `null`                                           |
 * | bool, string, float64   | boolean, string, number                          |
 * | all integer types       | {@link GoInt}                                    |
 * | map[string]interface {} | `Map`, other map types {@link TypedMap}          |
 * | []interface {}          | `Array`, other slice types {@link TypedSlice}    |
 * | []byte                  | `Uint8Array`                                     |
 * | structs and pointers    | {@link GoObject}                                 |
 *
 * A Go string is bytes. Bytes that are not UTF-8 are carried as lone surrogates U+DC80..U+DCFF (see `go-strings.ts`).
 */
export type GoValue = unknown;

/** Go's integer types. */
export type IntKind =
  'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** An integer with its Go type; floats are plain numbers, so the two never mix. */
export class GoInt {
  constructor(
    readonly value: bigint,
    readonly kind: IntKind = 'int',
  ) {}

  get unsigned(): boolean {
    return this.kind.startsWith('u');
  }
}

const SMALL_INTS = Array.from({ length: 1024 }, (_, index) => new GoInt(BigInt(index)));

/** An `int`. */
export function goInt(value: number | bigint): GoInt {
  return SMALL_INTS[Number(value)] ?? new GoInt(BigInt(value));
}

/** An `int64`, wrapped to 64 bits as Go's arithmetic does. */
export function goInt64(value: number | bigint): GoInt {
  return new GoInt(BigInt.asIntN(64, BigInt(value)), 'int64');
}

/** How a function's parameter is declared; anything else is the name of a Go type. */
export type ParameterType = string;

/** A function or method callable from a template. Errors it throws become `error calling NAME: MESSAGE`. */
export interface GoFunction {
  readonly parameters: readonly ParameterType[];
  /** The last parameter takes any number of arguments. */
  readonly variadic: boolean;
  /** The result is an interface, so a nil result is an interface holding nil. */
  call(...args: GoValue[]): GoValue;
}

/** Methods by name. */
export type GoMethods = ReadonlyMap<string, GoFunction>;

/** A slice with elements of a Go type other than interface {}. */
export class TypedSlice<T = GoValue> extends Array<T> {
  elementType = 'string';
  typeName: string | undefined;
  methods: GoMethods | undefined;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static of_<T>(elementType: string, items: Iterable<T>): TypedSlice<T> {
    const slice = new TypedSlice<T>();
    slice.elementType = elementType;
    for (const item of items) slice.push(item);
    return slice;
  }
}

/** A `[]string`. */
export function goStrings(items: Iterable<string>): TypedSlice<string> {
  return TypedSlice.of_('string', items);
}

/** A map with string keys whose Go type is not `map[string]interface {}`. */
export class TypedMap extends Map<string, GoValue> {
  constructor(
    readonly typeName: string,
    /** Go type of the elements; `interface {}` when any. */
    readonly elementType: string,
    entries?: Iterable<readonly [string, GoValue]>,
    readonly methods?: GoMethods,
  ) {
    super();
    if (entries) for (const [key, value] of entries) this.set(key, value);
  }
}

/** A nil map: reads as empty and can't be written. */
export class NilMap extends Map<string, GoValue> {
  override set(): this {
    throw new Error('assignment to entry in nil map');
  }
}

/** A Go struct or pointer to one: named fields, methods, and how it prints. */
export abstract class GoObject {
  abstract readonly typeName: string;
  /** Field values by name, in declaration order. */
  readonly fields: ReadonlyMap<string, GoValue> = new Map();
  readonly methods: GoMethods = new Map();
  /** Text of `%v`: a `String()` method's result, or undefined to print the fields. */
  goString(): string | undefined {
    return undefined;
  }
  /** Text of an action that prints the value where it stands, when its pointer type has a `String()` method. */
  addressedString(): string | undefined {
    return undefined;
  }
  /** What `encoding/json` writes; undefined means an object of the fields. */
  goJson(): GoValue {
    return this.fields as Map<string, GoValue>;
  }
  /** reflect.Kind. */
  get kind(): string {
    return this.typeName.startsWith('*') ? 'ptr' : 'struct';
  }
}

/** A struct made of its fields. */
export class GoStruct extends GoObject {
  constructor(
    readonly typeName: string,
    override readonly fields: ReadonlyMap<string, GoValue>,
    override readonly methods: GoMethods = new Map(),
    readonly text?: () => string,
  ) {
    super();
  }

  override goString(): string | undefined {
    return this.text?.();
  }
}

/** The Go type's name, as `%T` prints it. */
export function typeName(value: GoValue): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoInt) return value.kind;
  if (value instanceof TypedSlice) return value.typeName ?? `[]${value.elementType}`;
  if (Array.isArray(value)) return '[]interface {}';
  if (value instanceof TypedMap) return value.typeName;
  if (value instanceof Map) return 'map[string]interface {}';
  if (value instanceof Uint8Array) return '[]uint8';
  if (value instanceof GoObject) return value.typeName;
  if (value instanceof Error) return '*errors.errorString';
  return typeof value;
}

/** reflect.Kind of a value, as `kindOf` prints it. */
export function kindName(value: GoValue): string {
  if (value === null || value === undefined) return 'invalid';
  if (value instanceof GoInt) return value.kind;
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof Map) return 'map';
  if (value instanceof GoObject) return value.kind;
  if (value instanceof Error) return 'ptr';
  return typeName(value);
}

/** Go's truth: nil, false, zero, and empty strings, maps and slices are false; structs are true. */
export function isTrue(value: GoValue): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'boolean') return value;
  if (value instanceof GoInt) return value.value !== 0n;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return true;
}
