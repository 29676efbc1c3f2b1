import type { AssertNode } from './ast.js';
import type { Evaluation, FieldAccess } from './evaluation.js';
import {
  typeOf,
  type Environment,
  type Field,
  type JsonnetObject,
  type ObjectScope,
  type Value,
} from './values.js';

/** Fields of objects: what they come to, and the checks objects make of themselves. */
export class ObjectFields implements FieldAccess {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** The value of a field; undefined when there is none. */
  get(object: JsonnetObject, name: string): Value | undefined {
    return this.below(object, name, object.layers.length);
  }

  isBelow(object: JsonnetObject, name: string, layer: number): boolean {
    for (let at = layer - 1; at >= 0; at--) {
      if (object.layers[at]?.removed === name) return false;
      if (object.layers[at]?.fields.has(name) === true) return true;
    }
    return false;
  }

  /** The same, of the layers below one: what `super` means there. */
  below(object: JsonnetObject, name: string, layer: number): Value | undefined {
    for (let at = layer - 1; at >= 0; at--) {
      if (object.layers[at]?.removed === name) return undefined;
      const field = object.layers[at]?.fields.get(name);
      if (field) return this.#value(object, at, name, field);
    }
    return undefined;
  }

  #value(object: JsonnetObject, layer: number, name: string, field: Field): Value {
    const known = (object.values[layer] ??= new Map<string, Value>());
    const before = known.get(name);
    if (before !== undefined) return before;
    const { body, scope } = field;
    this.#evaluation.enter(body);
    let value =
      body && scope
        ? this.#evaluation.evaluate(body, this.#environment(object, layer, scope))
        : this.#evaluation.force(field.lazy);
    if (field.adds) {
      const inherited = this.below(object, name, layer);
      if (inherited !== undefined) value = this.#evaluation.operators.binary('+', inherited, value, body);
    }
    this.#evaluation.leave();
    known.set(name, value);
    return value;
  }

  #environment(object: JsonnetObject, layer: number, scope: ObjectScope): Environment {
    const known = (object.environments[layer] ??= new Map<ObjectScope, Environment>());
    const before = known.get(scope);
    if (before) return before;
    const made = this.#evaluation.bind(scope.locals, scope.environment, object, layer);
    if (scope.outermost) made.slots.push(object);
    known.set(scope, made);
    return made;
  }

  /** Makes an object check its asserts, once. */
  check(object: JsonnetObject): void {
    if (object.assertsPassed) return;
    // an assert may look at the object's own fields
    object.assertsPassed = true;
    object.layers.forEach(({ asserts, scope }, layer) => {
      for (const check of asserts) if (scope) this.assert(check, this.#environment(object, layer, scope));
    });
  }

  assert(check: AssertNode, environment: Environment): void {
    const passed = this.#evaluation.evaluate(check.condition, environment);
    if (typeof passed !== 'boolean')
      throw this.#evaluation.fail(`an assert needs a boolean, got ${typeOf(passed)}`, check.condition);
    if (passed) return;
    const message = check.message && this.#evaluation.evaluate(check.message, environment);
    throw this.#evaluation.fail(
      message === undefined ? 'object assertion failed' : this.#evaluation.text.of(message),
      check.condition,
    );
  }
}
