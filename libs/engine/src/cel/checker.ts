import type { CheckedCel } from './checked.js';
import { FUNCTION_SIGNATURES, TYPE_NAMES, type Signature } from './declarations.js';
import { literalIssues } from './literal-checks.js';
import { CelSyntaxError, pathOf, type CelFold, type CelIssue, type CelNode } from './syntax.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  NULL,
  STRING,
  UINT,
  heldBy,
  listOf,
  mapTypeOf,
  optionalOf,
  paramOf,
  typeText,
  withParts,
  type CelStatic,
} from './types.js';
import { Substitutions, wider } from './unify.js';
import { CelUint } from './values.js';

/** What expressions of one place may name. */
export interface CelEnvironment {
  /** Names may have dots: `authorizer.requestResource`. */
  readonly variables: Readonly<Record<string, CelStatic>>;
  /** Types of objects an expression can make, by the name it writes; what is made has to have these fields. */
  readonly makes?: (type: string) => CelStatic | undefined;
}

const PATCH_FUNCTIONS: ReadonlySet<string> = new Set(['jsonpatch.escapeKey']);

/** Finds out the types of an expression. Throws a CelSyntaxError that tells all that does not fit (cel-go checker). */
export function checkCel(root: CelNode, source: string, environment: CelEnvironment): CheckedCel {
  const checker = new Checker(environment);
  checker.check(root);
  if (checker.issues.length > 0) throw new CelSyntaxError(checker.issues, source);
  const checked = checker.result(root);
  const issues = literalIssues(checked);
  if (issues.length > 0) throw new CelSyntaxError(issues, source);
  return checked;
}

class Checker {
  readonly issues: CelIssue[] = [];
  readonly #environment: CelEnvironment;
  readonly #types = new Map<CelNode, CelStatic>();
  readonly #overloads = new Map<CelNode, readonly string[]>();
  readonly #qualified = new Map<CelNode, string>();
  readonly #identities = new Map<CelNode, string>();
  readonly #known = new Substitutions();
  /** Names that folds around the present place have given, the innermost last. */
  readonly #scopes: Map<string, CelStatic>[] = [];

  constructor(environment: CelEnvironment) {
    this.#environment = environment;
  }

  result(root: CelNode): CheckedCel {
    const types = new Map([...this.#types].map(([node, type]) => [node, this.#known.resolve(type, true)]));
    const typeOf = (node: CelNode): CelStatic => types.get(node) ?? DYN;
    return {
      root,
      type: typeOf(root),
      typeOf,
      overloadsOf: (call) => this.#overloads.get(call) ?? [],
      qualifiedName: (call) => this.#qualified.get(call),
      identityOf: (node) => this.#identities.get(node),
    };
  }

  check(node: CelNode): CelStatic {
    const type = this.#typeOf(node);
    this.#types.set(node, type);
    return type;
  }

  #typeOf(node: CelNode): CelStatic {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value);
      case 'ident':
        return this.#named(node.name) ?? this.#undeclared(node.name, node.at);
      case 'select': {
        const path = pathOf(node);
        const named = path === undefined ? undefined : this.#named(path);
        if (named && path !== undefined) {
          this.#identities.set(node, path);
          return named;
        }
        const field = this.#field(node.operand, node.field, node.at, false);
        return node.isTest ? BOOL : this.#known.resolve(field);
      }
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'message':
        return this.#message(node);
      case 'fold':
        return this.#fold(node);
    }
  }

  #named(name: string): CelStatic | undefined {
    const isAbsolute = name.startsWith('.');
    const plain = isAbsolute ? name.slice(1) : name;
    if (!isAbsolute)
      for (const scope of this.#scopes.toReversed()) {
        const found = scope.get(plain);
        if (found) return found;
      }
    const { variables, makes } = this.#environment;
    if (Object.hasOwn(variables, plain)) return variables[plain];
    const made = makes?.(plain);
    return made ? { kind: 'type', of: made } : TYPE_NAMES.get(plain);
  }

  #undeclared(name: string, at: number): CelStatic {
    this.#report(`undeclared reference to '${name}' (in container '')`, at);
    return ERROR;
  }

  #report(problem: string, at: number): void {
    this.issues.push({ problem, at });
  }

  #mismatch(wanted: CelStatic, found: CelStatic, at: number): void {
    this.#report(`expected type '${typeText(wanted)}' but found '${typeText(found)}'`, at);
  }

  #field(operand: CelNode, name: string, at: number, isOptional: boolean): CelStatic {
    const from = this.#known.resolve(this.check(operand));
    const held = heldBy(from);
    const type = this.#fieldOf(held ?? from, name, at);
    return held || isOptional ? optionalOf(type) : type;
  }

  #fieldOf(type: CelStatic, name: string, at: number): CelStatic {
    if (type.kind === 'map') return type.value;
    if (type.kind === 'object') {
      const found = type.field(name);
      if (!found) this.#report(`undefined field '${name}'`, at);
      return found ?? ERROR;
    }
    if (type.kind === 'param') this.#known.assign(DYN, type);
    else if (type.kind !== 'dyn' && type.kind !== 'error')
      this.#report(`type '${typeText(type)}' does not support field selection`, at);
    return DYN;
  }

  #call(node: CelNode & { kind: 'call' }): CelStatic {
    const { name, target, args } = node;
    if (name === '_?._') {
      const [operand, field] = args;
      if (operand && field?.kind === 'literal' && typeof field.value === 'string') {
        this.#overloads.set(node, ['select_optional_field']);
        return this.#known.resolve(this.#field(operand, field.value, node.at, true));
      }
    }
    const given = args.map((arg) => this.check(arg));
    const path = target && pathOf(target);
    const qualified = path === undefined ? undefined : `${path}.${name}`;
    if (qualified !== undefined && this.#isFunction(qualified)) {
      this.#qualified.set(node, qualified);
      return this.#resolved(node, qualified, given, false);
    }
    const all = target ? [this.check(target), ...given] : given;
    const plain = name.replace(/^\./, '');
    if (!this.#isFunction(plain)) return this.#undeclared(name, node.at);
    return this.#resolved(node, plain, all, target !== undefined);
  }

  /** Patches have a function of their own. */
  #isFunction(name: string): boolean {
    return (
      FUNCTION_SIGNATURES.has(name) && (this.#environment.makes !== undefined || !PATCH_FUNCTIONS.has(name))
    );
  }

  #resolved(node: CelNode, name: string, given: CelStatic[], isMember: boolean): CelStatic {
    const signatures = FUNCTION_SIGNATURES.get(name) ?? [];
    const ids: string[] = [];
    let result: CelStatic | undefined;
    if (name === '_&&_' || name === '_||_') return this.#logic(node, name, given);
    for (const signature of signatures) {
      if (signature.isMember !== isMember) continue;
      const { takes, gives } = this.#instance(signature);
      if (!this.#known.assignAll(given, takes)) continue;
      ids.push(signature.id);
      const type = this.#known.resolve(gives);
      if (!result) result = type;
      else if (result.kind !== 'dyn' && typeText(result) !== typeText(type)) result = DYN;
    }
    this.#overloads.set(node, ids);
    if (result) return result;
    const [first = '', ...rest] = given.map((type) => typeText(this.#known.resolve(type, true)));
    const shown = isMember ? `${first}.(${rest.join(', ')})` : `(${[first, ...rest].join(', ')})`;
    this.#report(`found no matching overload for '${name}' applied to '${shown}'`, node.at);
    return ERROR;
  }

  #logic(node: CelNode, name: string, given: readonly CelStatic[]): CelStatic {
    this.#overloads.set(node, [name === '_&&_' ? 'logical_and' : 'logical_or']);
    let isWrong = false;
    for (const [index, type] of given.entries()) {
      if (this.#known.assign(type, BOOL)) continue;
      const arg = node.kind === 'call' ? node.args[index] : undefined;
      this.#mismatch(BOOL, type, arg?.at ?? node.at);
      isWrong = true;
    }
    return isWrong ? ERROR : BOOL;
  }

  /** A signature whose letters stand for types nothing is known about yet. */
  #instance({ takes, gives, params }: Signature): Pick<Signature, 'takes' | 'gives'> {
    if (params.length === 0) return { takes, gives };
    const fresh = new Map(params.map((name) => [name, this.#known.fresh()]));
    const put = (type: CelStatic): CelStatic =>
      type.kind === 'param' ? (fresh.get(type.name) ?? paramOf(type.name)) : withParts(type, put);
    return { takes: takes.map(put), gives: put(gives) };
  }

  /** What holds values of both types; that they are different is said later, where it matters. */
  #joined(before: CelStatic | undefined, type: CelStatic): CelStatic {
    if (!before) return type;
    return this.#known.assign(before, type) ? wider(before, type) : DYN;
  }

  #unwrapped(type: CelStatic, isOptional: boolean, at: number): CelStatic {
    if (!isOptional) return type;
    const held = heldBy(type);
    if (!held && type.kind !== 'dyn') this.#mismatch(optionalOf(type), type, at);
    return held ?? type;
  }

  #list(node: CelNode & { kind: 'list' }): CelStatic {
    let item: CelStatic | undefined;
    for (const { value, isOptional } of node.items)
      item = this.#joined(item, this.#unwrapped(this.check(value), isOptional, value.at));
    return listOf(item ?? this.#known.fresh());
  }

  #map(node: CelNode & { kind: 'map' }): CelStatic {
    let keys: CelStatic | undefined;
    let values: CelStatic | undefined;
    for (const { key, value, isOptional } of node.entries) {
      keys = this.#joined(keys, this.check(key));
      values = this.#joined(values, this.#unwrapped(this.check(value), isOptional, value.at));
    }
    return mapTypeOf(keys ?? this.#known.fresh(), values ?? this.#known.fresh());
  }

  #message(node: CelNode & { kind: 'message' }): CelStatic {
    const named = this.#named(node.type);
    if (!named) return this.#undeclared(node.type, node.at);
    let type: CelStatic = ERROR;
    if (named.kind !== 'type') this.#report(`'${typeText(named)}' is not a type`, node.at);
    else if (named.of?.kind === 'object') type = named.of;
    else this.#report(`'${typeText(named.of ?? named)}' is not a message type`, node.at);
    for (const { name, value, isOptional, at } of node.fields) {
      const found = this.#unwrapped(this.check(value), isOptional, value.at);
      const wanted = type.kind === 'object' ? type.field(name) : ERROR;
      if (!wanted) this.#report(`undefined field '${name}'`, at);
      else if (!this.#known.assign(wanted, found))
        this.#report(
          `expected type of field '${name}' is '${typeText(wanted)}' but provided type is '${typeText(found)}'`,
          at,
        );
    }
    return type;
  }

  #fold(node: CelFold): CelStatic {
    const range = this.#known.resolve(this.check(node.range));
    const accumulated = this.check(node.start);
    this.#scopes.push(new Map([[node.accumulator, accumulated]]));
    const types = this.#iterated(range, node.names.length === 2, node.range.at);
    this.#scopes.push(new Map(node.names.map((name, index) => [name, types[index] ?? DYN])));
    this.#wants(node.condition, BOOL);
    this.#wants(node.step, accumulated);
    this.#scopes.pop();
    const result = this.check(node.result);
    this.#scopes.pop();
    return this.#known.resolve(result);
  }

  #iterated(range: CelStatic, isPaired: boolean, at: number): readonly CelStatic[] {
    if (range.kind === 'list') return isPaired ? [INT, range.item] : [range.item];
    if (range.kind === 'map') return [range.key, range.value];
    if (range.kind === 'param' || range.kind === 'dyn' || range.kind === 'error') {
      this.#known.assign(DYN, range);
      return [DYN, DYN];
    }
    this.#report(
      `expression of type '${typeText(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      at,
    );
    return [ERROR, ERROR];
  }

  #wants(node: CelNode, wanted: CelStatic): void {
    const found = this.check(node);
    if (!this.#known.assign(wanted, found)) this.#mismatch(wanted, found, node.at);
  }
}

function literalType(value: unknown): CelStatic {
  if (value === null) return NULL;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  return value instanceof CelUint ? UINT : value instanceof Uint8Array ? BYTES : DYN;
}
