import type { Evaluation } from '../evaluation.js';
import {
  isList,
  JsonnetFunction,
  JsonnetObject,
  typeOf,
  type Lazy,
  type TypeName,
  type Value,
} from '../values.js';

/** What a library function is called with, read with the types it needs. */
export class Call {
  readonly evaluation: Evaluation;
  readonly #name: string;
  readonly #parameters: readonly string[];
  readonly #values: readonly (Lazy | undefined)[];

  constructor(
    evaluation: Evaluation,
    name: string,
    parameters: readonly string[],
    values: readonly (Lazy | undefined)[],
  ) {
    this.evaluation = evaluation;
    this.#name = name;
    this.#parameters = parameters;
    this.#values = values;
  }

  /** True when an optional argument is there. */
  has(at: number): boolean {
    return this.#values[at] !== undefined;
  }

  lazy(at: number): Lazy {
    return this.#values[at] ?? null;
  }

  value(at: number): Value {
    return this.evaluation.force(this.lazy(at));
  }

  text(at: number, fallback?: string): string {
    if (fallback !== undefined && !this.has(at)) return fallback;
    const value = this.value(at);
    return typeof value === 'string' ? value : this.#wrong(at, 'string', value);
  }

  number(at: number): number {
    const value = this.value(at);
    return typeof value === 'number' ? value : this.#wrong(at, 'number', value);
  }

  whole(at: number): number {
    const value = this.number(at);
    return Number.isInteger(value)
      ? value
      : this.fail(`${this.#parameters[at]} must be a whole number, got ${value}`);
  }

  flag(at: number, fallback?: boolean): boolean {
    if (fallback !== undefined && !this.has(at)) return fallback;
    const value = this.value(at);
    return typeof value === 'boolean' ? value : this.#wrong(at, 'boolean', value);
  }

  list(at: number): readonly Lazy[] {
    const value = this.value(at);
    return isList(value) ? value : this.#wrong(at, 'array', value);
  }

  object(at: number): JsonnetObject {
    const value = this.value(at);
    return value instanceof JsonnetObject ? value : this.#wrong(at, 'object', value);
  }

  function(at: number): JsonnetFunction {
    const value = this.value(at);
    return value instanceof JsonnetFunction ? value : this.#wrong(at, 'function', value);
  }

  /** Calls the function that is an argument. */
  apply(callee: JsonnetFunction, ...values: readonly Lazy[]): Value {
    return this.evaluation.call(callee, values);
  }

  test(callee: JsonnetFunction, ...values: readonly Lazy[]): boolean {
    const value = this.apply(callee, ...values);
    return typeof value === 'boolean'
      ? value
      : this.fail(`the function must give a boolean, got ${typeOf(value)}`);
  }

  fail(message: string): never {
    throw this.evaluation.fail(`std.${this.#name}: ${message}`);
  }

  #wrong(at: number, expected: TypeName, value: Value): never {
    return this.fail(`${this.#parameters[at]} must be of type ${expected}, got ${typeOf(value)}`);
  }
}

/** A library function: parameters as `a, b, c?`, where `?` may be left out. */
export type Native = readonly [name: string, parameters: string, code: (call: Call) => Value];

/** Makes the function of a row. */
export function nativeFunction(evaluation: Evaluation, [name, spec, code]: Native): JsonnetFunction {
  const words = spec === '' ? [] : spec.split(', ');
  const parameters = words.map((word) => word.replace('?', ''));
  return new JsonnetFunction(
    name,
    words.map((word, index) => ({
      name: parameters[index] ?? '',
      optional: word.endsWith('?'),
      fallback: undefined,
    })),
    (values) => code(new Call(evaluation, name, parameters, values)),
  );
}
