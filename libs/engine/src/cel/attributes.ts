import { fieldOf } from './fields.js';
import { valueOf, caught, type Evaluation, type Scope } from './scope.js';
import {
  CelError,
  CelOpaque,
  CelOptional,
  isMap,
  isNumber,
  keyOf,
  lookUp,
  NONE,
  shown,
  typeOf,
} from './values.js';

/** One step from a value into it. Looking costs one, also when nothing is found. */
interface Qualifier {
  readonly key: unknown;
  /** The key when it is known only now; it is found out without cost of its own. */
  readonly dynamicKey?: (scope: Scope) => unknown;
  readonly form: 'field' | 'index' | 'test';
  readonly isOptional: boolean;
}

/**
 * A path from a variable or a made value into it. cel-go gives paths costs of their own: one for the whole, one for each step,
 * none for the branches of a condition (cel-go interpreter/attributes.go, runtimecost.go).
 */
export abstract class Attribute {
  abstract readonly cost: number;
  abstract add(qualifier: Qualifier): void;
  /** The value at the end of the path, or the CelError that was met on the way. */
  abstract resolve(scope: Scope): unknown;
}

abstract class Path extends Attribute {
  readonly cost = 1;
  readonly #steps: Qualifier[] = [];

  add(qualifier: Qualifier): void {
    this.#steps.push(qualifier);
  }

  protected abstract start(scope: Scope): unknown;

  resolve(scope: Scope): unknown {
    let value = this.start(scope);
    if (value instanceof CelError || this.#steps.length === 0) return value;
    let isOptional = value instanceof CelOptional;
    if (value instanceof CelOptional) {
      if (!value.isPresent) return NONE;
      value = value.value;
    }
    for (const step of this.#steps) {
      isOptional ||= step.isOptional;
      const found = follow(step, value, isOptional, scope);
      if (found === undefined) return NONE;
      if (found instanceof CelError) return found;
      value = found;
    }
    return isOptional ? new CelOptional(value) : value;
  }
}

/** A variable and what is in it. */
export class VariablePath extends Path {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  protected start(scope: Scope): unknown {
    const value = caught(() => valueOf(this.#name, scope));
    return value === undefined ? new CelError(`no such attribute(s): ${this.#name}`) : value;
  }
}

/** What is in a value that an expression makes. */
export class ValuePath extends Path {
  readonly #operand: Evaluation;

  constructor(operand: Evaluation) {
    super();
    this.#operand = operand;
  }

  protected start(scope: Scope): unknown {
    return this.#operand(scope);
  }
}

/** One path or the other. */
export class Choice extends Attribute {
  readonly cost = 0;
  readonly #test: Evaluation;
  readonly #yes: Attribute;
  readonly #no: Attribute;

  constructor(test: Evaluation, yes: Attribute, no: Attribute) {
    super();
    this.#test = test;
    this.#yes = yes;
    this.#no = no;
  }

  add(qualifier: Qualifier): void {
    this.#yes.add(qualifier);
    this.#no.add(qualifier);
  }

  resolve(scope: Scope): unknown {
    const test = this.#test(scope);
    if (test === true) return this.#yes.resolve(scope);
    if (test === false) return this.#no.resolve(scope);
    return test instanceof CelError ? test : new CelError('no such overload');
  }
}

/** What a step finds; undefined where nothing is and nothing had to be. */
function follow(step: Qualifier, value: unknown, isOptional: boolean, scope: Scope): unknown {
  const key = step.dynamicKey ? step.dynamicKey(scope) : step.key;
  const found = key instanceof CelError ? key : caught(() => find(value, key, step.form));
  const isMissing = found === undefined;
  // What need not be there costs nothing when it is not.
  if (isOptional && step.form !== 'test' && (isMissing || found instanceof CelError)) return found;
  scope.budget.spend(1);
  if (isMissing && isOptional) return undefined;
  if (step.form === 'test') return found instanceof CelError ? found : !isMissing;
  if (!isMissing) return found;
  return new CelError(
    Array.isArray(value) ? `index out of bounds: ${shown(key)}` : `no such key: ${shown(key)}`,
  );
}

function find(value: unknown, key: unknown, form: Qualifier['form']): unknown {
  if (Array.isArray(value)) {
    if (form === 'field' || !isNumber(key))
      throw new CelError(`unsupported index type '${typeOf(key)}' in list`);
    const index = keyOf(key);
    if (!index.startsWith('n')) throw new CelError(`unsupported index value ${shown(key)} in list`);
    return value[Number(index.slice(1))] as unknown;
  }
  if (value instanceof CelOpaque) return value.field(String(key));
  if (isMap(value)) return form === 'index' ? lookUp(value, key) : fieldOf(value, String(key));
  return undefined;
}
