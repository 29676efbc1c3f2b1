import type { ApplyNode, Bind, Clause, Node, ObjectComprehensionNode, ObjectNode } from './ast.js';
import { bindArguments } from './bind-arguments.js';
import type { Evaluation } from './evaluation.js';
import type { Importer } from './importer.js';
import type { JsonnetLimits } from './limits.js';
import { ObjectFields } from './object-fields.js';
import { Operators } from './operators.js';
import { parse } from './parser.js';
import { resolveNames } from './resolve-names.js';
import { jsonnetError, type Source } from './source.js';
import { makeLibrary } from './std/library.js';
import { PlainText } from './to-text.js';
import {
  isList,
  JsonnetFunction,
  JsonnetObject,
  Thunk,
  typeOf,
  type Environment,
  type Field,
  type Lazy,
  type ObjectScope,
  type Value,
} from './values.js';

/** What a program sees of the outside. */
export interface Surroundings {
  readonly importer: Importer;
  readonly limits: JsonnetLimits;
  readonly external: (name: string) => Source | string | undefined;
}

/** Evaluates programs: lazily, with limits. One for each result. */
export class Interpreter implements Evaluation {
  readonly limits: JsonnetLimits;
  readonly objects: ObjectFields;
  readonly operators: Operators;
  readonly text: PlainText;
  readonly #surroundings: Surroundings;
  readonly #imported = new Map<string, Thunk>();
  readonly #external = new Map<string, Lazy>();
  #depth = 0;
  #steps = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.limits = surroundings.limits;
    this.objects = new ObjectFields(this);
    this.operators = new Operators(this);
    this.text = new PlainText(this);
  }

  /** Reads and evaluates a program. */
  run(source: Source): Value {
    const node = parse(source);
    resolveNames(node);
    return this.evaluate(node, {
      parent: undefined,
      slots: [makeLibrary(this, source.name)],
      self: undefined,
      layer: 0,
    });
  }

  /** `std.extVar`. */
  external(name: string): Value {
    const known = this.#external.get(name);
    if (known !== undefined) return this.force(known);
    const given = this.#surroundings.external(name);
    if (given === undefined)
      throw jsonnetError('runtime', `undefined external variable: ${name}. Add it to extVars.`);
    const lazy = typeof given === 'string' ? given : new Thunk(undefined, undefined, () => this.run(given));
    this.#external.set(name, lazy);
    return this.force(lazy);
  }

  force(lazy: Lazy): Value {
    if (!(lazy instanceof Thunk)) return lazy;
    if (lazy.state === 'done') return lazy.value;
    if (lazy.state === 'running') throw this.fail('infinite recursion: a value needs itself', lazy.node);
    lazy.state = 'running';
    const { node, environment, compute } = lazy;
    this.enter(node);
    if (node && environment) lazy.value = this.evaluate(node, environment);
    else if (compute) lazy.value = compute();
    this.leave();
    lazy.state = 'done';
    lazy.node = lazy.environment = lazy.compute = undefined;
    return lazy.value;
  }

  /** Counts one more level, and work. */
  enter(node?: Node): void {
    if (++this.#depth > this.limits.maxStack)
      throw jsonnetError(
        'limit',
        `max stack frames exceeded (${this.limits.maxStack}). Look for a function or field that needs itself without end.`,
        node?.source,
        node?.at,
      );
    if (++this.#steps > this.limits.maxSteps)
      throw jsonnetError(
        'limit',
        `the program needs more than ${this.limits.maxSteps} steps. Look for a loop without end.`,
        node?.source,
        node?.at,
      );
  }

  leave(): void {
    this.#depth--;
  }

  fail(message: string, node?: Node): Error {
    return jsonnetError('runtime', message, node?.source, node?.at);
  }

  /** What an expression will give, without work where that is known already. */
  delay(node: Node, environment: Environment): Lazy {
    if (node.kind === 'literal') return node.value;
    if (node.kind === 'variable') {
      let scope: Environment | undefined = environment;
      for (let hops = node.hops; hops > 0; hops--) scope = scope?.parent;
      const lazy = scope?.slots[node.slot];
      // in a group of locals the slot may still be empty
      if (lazy !== undefined) return lazy;
    }
    return new Thunk(node, environment);
  }

  evaluate(node: Node, environment: Environment): Value {
    const depth = this.#depth;
    const value = this.#evaluate(node, environment);
    this.#depth = depth;
    return value;
  }

  #evaluate(start: Node, outside: Environment): Value {
    let node = start;
    let environment = outside;
    for (;;) {
      switch (node.kind) {
        case 'literal':
          return node.value;
        case 'variable':
          return this.force(this.delay(node, environment));
        case 'self':
          return environment.self ?? null;
        case 'super':
          return this.#super(node, environment);
        case 'in-super': {
          const name = this.evaluate(node.index, environment);
          return (
            typeof name === 'string' &&
            environment.self !== undefined &&
            this.objects.isBelow(environment.self, name, environment.layer)
          );
        }
        case 'array':
          return node.items.map((item) => this.delay(item, environment));
        case 'array-comprehension': {
          const { body } = node;
          const items: Lazy[] = [];
          this.#each(node.clauses, 0, environment, (each) => items.push(this.delay(body, each)), node);
          return items;
        }
        case 'object':
          return this.#object(node, environment);
        case 'object-comprehension':
          return this.#objectComprehension(node, environment);
        case 'index':
          return this.#index(node, environment);
        case 'slice':
          return this.operators.slice(
            this.evaluate(node.target, environment),
            node.bounds.map((bound) => (bound ? this.evaluate(bound, environment) : null)),
            node,
          );
        case 'function':
          return this.#function(node.name, node.parameters, node.body, environment);
        case 'local':
          environment = this.bind(node.binds, environment);
          node = node.body;
          continue;
        case 'if': {
          const condition = this.evaluate(node.condition, environment);
          if (typeof condition !== 'boolean')
            throw this.fail(`the condition must be a boolean, got ${typeOf(condition)}`, node.condition);
          node = condition ? node.yes : node.no;
          continue;
        }
        case 'unary':
          return this.operators.unary(node.operator, this.evaluate(node.operand, environment), node);
        case 'binary': {
          const { operator } = node;
          const left = this.evaluate(node.left, environment);
          if (operator === '&&' || operator === '||') {
            if (typeof left !== 'boolean')
              throw this.fail(`${operator} needs booleans, got ${typeOf(left)}`, node.left);
            if (left !== (operator === '&&')) return left;
            const right = this.evaluate(node.right, environment);
            if (typeof right !== 'boolean')
              throw this.fail(`${operator} needs booleans, got ${typeOf(right)}`, node.right);
            return right;
          }
          return this.operators.binary(operator, left, this.evaluate(node.right, environment), node);
        }
        case 'error':
          throw this.fail(this.text.of(this.evaluate(node.message, environment)), node);
        case 'assert':
          this.objects.assert(node.check, environment);
          node = node.rest;
          continue;
        case 'import':
          return this.#import(node.path, node.how, node);
        case 'apply': {
          const callee = this.evaluate(node.target, environment);
          if (!(callee instanceof JsonnetFunction))
            throw this.fail(`only functions can be called, this is ${typeOf(callee)}`, node);
          const called: ApplyNode = node;
          const slots = this.#arguments(callee, node, environment);
          if (callee.native) return this.#native(callee, slots, called);
          this.enter(node);
          if (node.tailstrict) this.leave();
          environment = this.functionEnvironment(callee, slots);
          if (called.tailstrict) for (const slot of environment.slots) this.force(slot);
          node = callee.body ?? node;
          continue;
        }
      }
    }
  }

  /** Calls a function with values, as library functions do. */
  call(callee: JsonnetFunction, values: readonly Lazy[]): Value {
    const slots = bindArguments(callee, values, [], (message) => this.fail(message));
    if (callee.native) return callee.native(slots);
    this.enter(callee.body);
    const value = callee.body ? this.evaluate(callee.body, this.functionEnvironment(callee, slots)) : null;
    this.leave();
    return value;
  }

  functionEnvironment(callee: JsonnetFunction, values: readonly (Lazy | undefined)[]): Environment {
    const slots: Lazy[] = [];
    const environment: Environment = {
      parent: callee.environment,
      slots,
      self: callee.environment?.self,
      layer: callee.environment?.layer ?? 0,
    };
    callee.parameters.forEach(({ fallback }, index) => {
      const given = values[index];
      slots.push(given === undefined ? (fallback ? new Thunk(fallback, environment) : null) : given);
    });
    return environment;
  }

  /** An environment with names that see each other. */
  bind(binds: readonly Bind[], parent: Environment, self = parent.self, layer = parent.layer): Environment {
    const slots: Lazy[] = [];
    const environment: Environment = { parent, slots, self, layer };
    for (const { name, value } of binds) {
      slots.push(
        value.kind === 'literal'
          ? value.value
          : value.kind === 'function'
            ? this.#function(name, value.parameters, value.body, environment)
            : new Thunk(value, environment),
      );
    }
    return environment;
  }

  #function(
    name: string,
    parameters: readonly { readonly name: string; readonly fallback: Node | undefined }[],
    body: Node,
    environment: Environment,
  ): JsonnetFunction {
    return new JsonnetFunction(
      name,
      parameters.map((each) => ({ ...each, optional: each.fallback !== undefined })),
      { body, environment },
    );
  }

  #arguments(callee: JsonnetFunction, node: ApplyNode, environment: Environment): (Lazy | undefined)[] {
    const give = (each: Node): Lazy =>
      node.tailstrict ? this.evaluate(each, environment) : this.delay(each, environment);
    return bindArguments(
      callee,
      node.positional.map(give),
      node.named.map(({ name, value }) => [name, give(value)] as const),
      (message) => this.fail(message, node),
    );
  }

  #native(callee: JsonnetFunction, slots: readonly (Lazy | undefined)[], node: ApplyNode): Value {
    this.enter(node);
    const value = this.#placed(() => callee.native?.(slots) ?? null, node);
    this.leave();
    return value;
  }

  /** Library functions don't know where they were called; the innermost place is the useful one. */
  #placed<T>(work: () => T, node: Node): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Error) || !('place' in error)) throw error;
      const { place, code } = error as Error & { place: { file?: string }; code: string };
      if (place.file !== undefined || !code.startsWith('jsonnet/')) throw error;
      throw jsonnetError(code === 'jsonnet/limit' ? 'limit' : 'runtime', error.message, node.source, node.at);
    }
  }

  #super(node: Node & { kind: 'super' }, environment: Environment): Value {
    const name = this.evaluate(node.index, environment);
    if (typeof name !== 'string') throw this.fail(`a field is named by a string, not ${typeOf(name)}`, node);
    const value = environment.self && this.objects.below(environment.self, name, environment.layer);
    if (value === undefined) throw this.fail(`super has no field ${name}`, node);
    return value;
  }

  #index(node: Node & { kind: 'index' }, environment: Environment): Value {
    const target = this.evaluate(node.target, environment);
    const index = this.evaluate(node.index, environment);
    if (target instanceof JsonnetObject) {
      if (typeof index !== 'string')
        throw this.fail(`a field is named by a string, not ${typeOf(index)}`, node);
      this.objects.check(target);
      const value = this.objects.get(target, index);
      if (value === undefined) throw this.fail(`field does not exist: ${index}`, node);
      return value;
    }
    return this.operators.element(target, index, node);
  }

  #object(node: ObjectNode, environment: Environment): JsonnetObject {
    const scope: ObjectScope = { locals: node.locals, outermost: node.outermost, environment };
    const fields = new Map<string, Field>();
    for (const { name, visibility, adds, value } of node.fields) {
      const key = name.kind === 'literal' ? name.value : this.evaluate(name, environment);
      if (key === null) continue;
      if (typeof key !== 'string')
        throw this.fail(`the name of a field must be a string, got ${typeOf(key)}`, name);
      if (fields.has(key)) throw this.fail(`duplicate field name: ${JSON.stringify(key)}`, name);
      fields.set(key, { visibility, adds, body: value, scope, lazy: null });
    }
    return new JsonnetObject([{ fields, asserts: node.asserts, scope }]);
  }

  #objectComprehension(node: ObjectComprehensionNode, environment: Environment): JsonnetObject {
    const fields = new Map<string, Field>();
    const { name, visibility, adds, value } = node.field;
    this.#each(
      node.clauses,
      0,
      environment,
      (each) => {
        const key = this.evaluate(name, each);
        if (key === null) return;
        if (typeof key !== 'string')
          throw this.fail(`the name of a field must be a string, got ${typeOf(key)}`, name);
        if (fields.has(key)) throw this.fail(`duplicate field name: ${JSON.stringify(key)}`, name);
        const scope = { locals: node.locals, outermost: node.outermost, environment: each };
        fields.set(key, { visibility, adds, body: value, scope, lazy: null });
      },
      node,
    );
    return new JsonnetObject([{ fields, asserts: [], scope: undefined }]);
  }

  #each(
    clauses: readonly Clause[],
    at: number,
    environment: Environment,
    visit: (environment: Environment) => void,
    node: Node,
  ): void {
    const clause = clauses[at];
    if (!clause) {
      visit(environment);
      return;
    }
    if (clause.kind === 'if') {
      const condition = this.evaluate(clause.condition, environment);
      if (typeof condition !== 'boolean')
        throw this.fail(`the condition must be a boolean, got ${typeOf(condition)}`, clause.condition);
      if (condition) this.#each(clauses, at + 1, environment, visit, node);
      return;
    }
    const list = this.evaluate(clause.list, environment);
    if (!isList(list)) throw this.fail(`for needs an array, got ${typeOf(list)}`, clause.list);
    for (const item of list) {
      this.enter(node);
      this.leave();
      const { self, layer } = environment;
      this.#each(clauses, at + 1, { parent: environment, slots: [item], self, layer }, visit, node);
    }
  }

  #import(path: string, how: 'code' | 'text' | 'bytes', node: Node): Value {
    const found = this.#surroundings.importer.find(path, node.source, node.at);
    if (how === 'bytes') return [...found.bytes];
    if (how === 'text') return found.text;
    let known = this.#imported.get(found.name);
    if (!known) {
      known = new Thunk(undefined, undefined, () => this.run({ name: found.name, text: found.text }));
      this.#imported.set(found.name, known);
    }
    return this.force(known);
  }
}
