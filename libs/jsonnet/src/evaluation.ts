import type { BinaryOperator, Bind, Node } from './ast.js';
import type { JsonStyle } from './json-style.js';
import type { JsonnetLimits } from './limits.js';
import type { Environment, JsonnetFunction, JsonnetObject, Lazy, Value } from './values.js';

/** The fields of objects. */
export interface FieldAccess {
  /** The value of a field; undefined when there is none. */
  get(object: JsonnetObject, name: string): Value | undefined;
  /** Does the object hold what it asserts of itself? */
  check(object: JsonnetObject): void;
}

/** What operators do, for those who do the same by another name, and the limits on what they make. */
export interface ValueOperators {
  binary(operator: BinaryOperator, left: Value, right: Value, node?: Node): Value;
  equals(left: Value, right: Value, node?: Node): boolean;
  compare(left: Value, right: Value, node?: Node): number;
  slice(target: Value, bounds: readonly Value[], node?: Node): Value;
  checkNumber(value: number, node?: Node): number;
  checkLength(text: string): string;
  checkArray<T extends readonly Lazy[]>(items: T): T;
  checkCount(count: number): void;
}

/** Values as text. */
export interface TextForm {
  /** What `std.toString` gives: texts as they are, others as JSON on one line. */
  of(value: Value): string;
  json(value: Value, style: JsonStyle): string;
}

/** The program that runs, as its operators, objects and library functions see it. */
export interface Evaluation {
  readonly limits: JsonnetLimits;
  readonly objects: FieldAccess;
  readonly operators: ValueOperators;
  readonly text: TextForm;
  /** The value of what may not have been asked for yet. */
  force(lazy: Lazy): Value;
  evaluate(node: Node, environment: Environment): Value;
  /** Calls a function with values. */
  call(callee: JsonnetFunction, values: readonly Lazy[]): Value;
  /** An environment with names that see each other. */
  bind(binds: readonly Bind[], parent: Environment, self?: JsonnetObject, layer?: number): Environment;
  /** `std.extVar`. */
  external(name: string): Value;
  /** Counts one more level, and work; `leave` ends the level. */
  enter(node?: Node): void;
  leave(): void;
  fail(message: string, node?: Node): Error;
}
