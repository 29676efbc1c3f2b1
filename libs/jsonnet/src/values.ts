import type { AssertNode, Bind, Node, Visibility } from './ast.js';

/** A value of the language. An array is a list of values that may not have been asked for yet. */
export type Value = null | boolean | number | string | readonly Lazy[] | JsonnetObject | JsonnetFunction;

/** A value, or what will give it. */
export type Lazy = Value | Thunk;

/** Values by slot, and where code stands: the object that is `self`, and the layer of it below which `super` is. */
export interface Environment {
  readonly parent: Environment | undefined;
  readonly slots: Lazy[];
  readonly self: JsonnetObject | undefined;
  readonly layer: number;
}

/** An expression that is evaluated when it is first needed, and once. */
export class Thunk {
  node: Node | undefined;
  environment: Environment | undefined;
  compute: (() => Value) | undefined;
  value: Value = null;
  state: 'waiting' | 'running' | 'done' = 'waiting';

  constructor(node: Node | undefined, environment: Environment | undefined, compute?: () => Value) {
    this.node = node;
    this.environment = environment;
    this.compute = compute;
  }
}

/** Where the fields of one object literal are evaluated, once for every object they become part of. */
export interface ObjectScope {
  readonly locals: readonly Bind[];
  readonly outermost: boolean;
  readonly environment: Environment;
}

/** A field in a layer: code in a scope, or a value that a library function has made. */
export interface Field {
  readonly visibility: Visibility;
  readonly adds: boolean;
  readonly body: Node | undefined;
  readonly scope: ObjectScope | undefined;
  readonly lazy: Lazy;
}

/** What one literal brings to an object; `a + b` stacks the layers of both. */
export interface Layer {
  readonly fields: ReadonlyMap<string, Field>;
  readonly asserts: readonly AssertNode[];
  readonly scope: ObjectScope | undefined;
  /** A field of the layers below that is not there any more, but for their own `super`. */
  readonly removed?: string;
}

/** An object: its layers, the strongest last, and what has been evaluated with it as `self`. */
export class JsonnetObject {
  readonly layers: readonly Layer[];
  readonly environments: (Map<ObjectScope, Environment> | undefined)[] = [];
  readonly values: (Map<string, Value> | undefined)[] = [];
  assertsPassed = false;
  #shown: ReadonlyMap<string, boolean> | undefined;

  constructor(layers: readonly Layer[]) {
    this.layers = layers;
  }

  /** Names of all fields, in order, and whether they are shown. */
  get shown(): ReadonlyMap<string, boolean> {
    if (this.#shown) return this.#shown;
    const visibility = new Map<string, Visibility>();
    for (const { fields, removed } of this.layers) {
      if (removed !== undefined) visibility.delete(removed);
      for (const [name, field] of fields)
        if (field.visibility !== 'inherit' || !visibility.has(name)) visibility.set(name, field.visibility);
    }
    const names = [...visibility.keys()].sort(compareText);
    this.#shown = new Map(names.map((name) => [name, visibility.get(name) !== 'hidden']));
    return this.#shown;
  }

  has(name: string): boolean {
    return this.shown.has(name);
  }

  names(hidden: boolean): string[] {
    const names: string[] = [];
    for (const [name, shown] of this.shown) if (hidden || shown) names.push(name);
    return names;
  }
}

/** A parameter of a function: without default it must be given. */
export interface FunctionParameter {
  readonly name: string;
  readonly optional: boolean;
  readonly fallback: Node | undefined;
}

/** What a library function gets: one entry for each parameter, undefined where an optional one is not given. */
export type NativeCode = (values: readonly (Lazy | undefined)[]) => Value;

/** A function: code and where it was written, or one of the library. */
export class JsonnetFunction {
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  readonly body: Node | undefined;
  readonly environment: Environment | undefined;
  readonly native: NativeCode | undefined;

  constructor(
    name: string,
    parameters: readonly FunctionParameter[],
    code: { readonly body: Node; readonly environment: Environment } | NativeCode,
  ) {
    this.name = name;
    this.parameters = parameters;
    this.body = typeof code === 'function' ? undefined : code.body;
    this.environment = typeof code === 'function' ? undefined : code.environment;
    this.native = typeof code === 'function' ? code : undefined;
  }
}

/** Name of a value's type, as `std.type` gives it. */
export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'function';

/** The type of a value. */
export function typeOf(value: Value): TypeName {
  if (value === null) return 'null';
  if (value instanceof JsonnetObject) return 'object';
  if (value instanceof JsonnetFunction) return 'function';
  if (typeof value === 'object') return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' ? type : 'string';
}

/** True for arrays; narrows. */
export function isList(value: Value): value is readonly Lazy[] {
  return Array.isArray(value);
}

/** An object of known values. */
export function objectOf(
  entries: Iterable<readonly [string, Lazy]>,
  visibility: Visibility = 'inherit',
): JsonnetObject {
  const fields = new Map<string, Field>();
  for (const [name, lazy] of entries)
    fields.set(name, { visibility, adds: false, body: undefined, scope: undefined, lazy });
  return new JsonnetObject([{ fields, asserts: [], scope: undefined }]);
}

/** Order of texts by code point. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const aHigh = a >= 0xd800 && a <= 0xdfff;
    const bHigh = b >= 0xd800 && b <= 0xdfff;
    return aHigh === bHigh ? a - b : aHigh ? 1 : -1;
  }
  return left.length - right.length;
}
