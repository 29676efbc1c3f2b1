import type { CheckedCel } from '../checked.js';
import { ACCUMULATOR, isBinding, type CelFold, type CelNode } from '../syntax.js';
import { heldBy, type CelStatic } from '../types.js';
import type { CallEstimate, SizedValue, SizeLookup } from './call-estimate.js';
import { LIST_COST, MAP_COST, MESSAGE_COST } from './factors.js';
import { languageEstimate } from './language-estimates.js';
import { libraryEstimate } from './library-estimates.js';
import { either, exactly, plus, times, UNKNOWN, ZERO, type Range } from './range.js';

/** Sizes of what is in a list or map. */
interface Entries {
  readonly kind: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entries: Entries | undefined;
}

const ONE = exactly(1);

/**
 * What an expression costs at least and at most, from the sizes its values can have (cel-go checker/cost.go). What Kubernetes
 * takes and refuses depends on each number here.
 */
export function estimateCost(checked: CheckedCel, sizes: SizeLookup): Range {
  return new Estimator(checked, sizes).cost(checked.root);
}

class Estimator {
  readonly #checked: CheckedCel;
  readonly #sizeLookup: SizeLookup;
  readonly #paths = new Map<CelNode, readonly string[]>();
  readonly #sizes = new Map<CelNode, Range>();
  readonly #entries = new Map<CelNode, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: CheckedCel, sizes: SizeLookup) {
    this.#checked = checked;
    this.#sizeLookup = sizes;
  }

  cost(node: CelNode): Range {
    const identity = this.#checked.identityOf(node);
    if (identity !== undefined) return this.#ident(node, identity);
    switch (node.kind) {
      case 'literal':
        return ZERO;
      case 'ident':
        return this.#ident(node, node.name);
      case 'select':
        return this.#select(node);
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'message':
        return plus(exactly(MESSAGE_COST), ...node.fields.map(({ value }) => this.cost(value)));
      case 'fold':
        return isBinding(node) ? this.#binding(node) : this.#fold(node);
    }
  }

  #ident(node: CelNode, name: string): Range {
    this.#paths.set(node, this.#local(name)?.path ?? [name]);
    return ONE;
  }

  #select(node: CelNode & { kind: 'select' }): Range {
    const operand = this.cost(node.operand);
    if (node.isTest) return operand;
    const { kind } = this.#checked.typeOf(node.operand);
    this.#paths.set(node, [...this.#pathOf(node.operand), node.field]);
    return kind === 'map' || kind === 'object' ? plus(operand, ONE) : operand;
  }

  #call(node: CelNode & { kind: 'call' }): Range {
    const name = this.#checked.qualifiedName(node) ?? node.name;
    const target = name === node.name ? node.target : undefined;
    const [first] = node.args;
    if (name === 'dyn' && first) {
      const cost = this.cost(first);
      this.#copySizes(node, first);
      return plus(ONE, cost);
    }
    const costs = node.args.map((arg) => this.cost(arg));
    const args = node.args.map((arg) => this.#valueOf(arg));
    const overloads = this.#checked.overloadsOf(node);
    if (overloads.length === 0) return ZERO;
    const targetCost = target ? this.cost(target) : ZERO;
    const called = target && this.#valueOf(target);
    let cost: Range = { min: UNKNOWN.max, max: 0n };
    let size: Range | undefined;
    for (const overload of overloads) {
      const estimate = this.#callEstimate(name, overload, called, args, costs);
      this.#keepEntries(node, overload);
      cost = either(cost, estimate.cost);
      if (estimate.size) size = size ? either(size, estimate.size) : estimate.size;
      if (first && (overload === 'index_list' || overload === 'index_map')) {
        size = this.#entriesOf(first)?.value;
        this.#paths.set(node, [...this.#pathOf(first), overload === 'index_list' ? '@items' : '@values']);
      }
      size ??= this.#sizeOf(node);
    }
    if (size) this.#sizes.set(node, size);
    return plus(targetCost, cost);
  }

  #list(node: CelNode & { kind: 'list' }): Range {
    let value: Range = { min: node.items.length === 0 ? 0n : UNKNOWN.max, max: 0n };
    const costs = node.items.map((item) => {
      const cost = this.cost(item.value);
      value = either(value, this.#sizeOf(item.value) ?? UNKNOWN);
      return cost;
    });
    this.#entries.set(node, { kind: 'list', key: ONE, value });
    return plus(exactly(LIST_COST), ...costs);
  }

  #map(node: CelNode & { kind: 'map' }): Range {
    const start: Range = { min: node.entries.length === 0 ? 0n : UNKNOWN.max, max: 0n };
    let [key, value] = [start, start];
    const costs = node.entries.map((entry) => {
      const cost = plus(this.cost(entry.key), this.cost(entry.value));
      key = either(key, this.#sizeOf(entry.key) ?? UNKNOWN);
      value = either(value, this.#sizeOf(entry.value) ?? UNKNOWN);
      return cost;
    });
    this.#entries.set(node, { kind: 'map', key, value });
    return plus(exactly(MAP_COST), ...costs);
  }

  #binding(node: CelFold): Range {
    const before = plus(this.cost(node.range), this.cost(node.start));
    this.#push(node.accumulator, this.#bound(node.start));
    const cost = plus(before, this.cost(node.result));
    this.#pop(node.accumulator);
    this.#copySizes(node, node.result);
    return cost;
  }

  #fold(node: CelFold): Range {
    const before = plus(this.cost(node.range), this.cost(node.start));
    this.#push(node.accumulator, this.#bound(node.start));
    for (const [index, name] of node.names.entries()) this.#push(name, this.#iterated(node, index));
    const round = plus(this.cost(node.condition), this.cost(node.step));
    for (const name of node.names) this.#pop(name);
    const result = this.cost(node.result);
    this.#pop(node.accumulator);
    const count = this.#sizeOf(node.range) ?? UNKNOWN;
    if (node.start.kind === 'literal') {
      const size = this.#sizeOf(node.start);
      if (size) this.#sizes.set(node, size);
    } else if (node.start.kind === 'list' || node.start.kind === 'map') {
      this.#sizes.set(node, count);
      const entries = this.#entriesOf(node.step);
      if (entries) this.#entries.set(node, entries);
    }
    return plus(before, result, times(count, round));
  }

  #bound(node: CelNode): Local {
    return { path: this.#pathOf(node), size: this.#sizeOf(node), entries: this.#entriesOf(node) };
  }

  #iterated({ range, names }: CelFold, index: number): Local {
    const entries = this.#entriesOf(range);
    const isList = (entries?.kind ?? this.#checked.typeOf(range).kind) === 'list';
    const isValue = names.length === 2 ? index === 1 : isList;
    const step = isValue ? (isList ? '@items' : '@values') : isList ? '@indices' : '@keys';
    return {
      path: [...this.#pathOf(range), step],
      size: isValue ? entries?.value : entries?.key,
      entries: undefined,
    };
  }

  #callEstimate(
    name: string,
    overload: string,
    target: SizedValue | undefined,
    args: readonly SizedValue[],
    costs: readonly Range[],
  ): CallEstimate {
    const library = libraryEstimate(name, overload, target, args, this.#sizeLookup);
    return library
      ? { ...library, cost: plus(library.cost, ...costs) }
      : languageEstimate(overload, target, args, costs);
  }

  /** What a result that is made of arguments holds is what those hold. */
  #keepEntries(node: CelNode & { kind: 'call' }, overload: string): void {
    if (overload === 'conditional') this.#setEntries(node, node.args[1], node.args[2]);
    else if (JOINED.test(overload)) this.#setEntries(node, node.args[0], node.args[1]);
  }

  #setEntries(node: CelNode, a: CelNode | undefined, b: CelNode | undefined): void {
    const [left, right] = [a && this.#entriesOf(a), b && this.#entriesOf(b)];
    if (left && right)
      this.#entries.set(node, {
        kind: left.kind,
        key: either(left.key, right.key),
        value: either(left.value, right.value),
      });
  }

  #copySizes(to: CelNode, from: CelNode): void {
    const size = this.#sizeOf(from);
    if (size) this.#sizes.set(to, size);
    const entries = this.#entriesOf(from);
    if (entries) this.#entries.set(to, entries);
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
  }

  #pop(name: string): void {
    this.#locals.set(name, (this.#locals.get(name) ?? []).slice(0, -1));
  }

  #pathOf(node: CelNode): readonly string[] {
    const local = node.kind === 'ident' ? this.#local(node.name) : undefined;
    return local?.path ?? this.#paths.get(node) ?? [];
  }

  #valueOf(node: CelNode): SizedValue {
    const path = this.#pathOf(node);
    const isOwn = path[0] === ACCUMULATOR || path[0] === '__result__';
    return {
      node,
      path: path.length === 0 || isOwn ? undefined : path,
      type: this.#checked.typeOf(node),
      size: this.#sizeOf(node),
    };
  }

  #sizeOf(node: CelNode): Range | undefined {
    const known = this.#sizes.get(node) ?? literalSize(node);
    if (known) return known;
    const path = this.#pathOf(node);
    const found = path.length > 0 ? this.#sizeLookup(path) : undefined;
    if (found) {
      this.#sizes.set(node, found);
      return found;
    }
    if (isScalar(this.#checked.typeOf(node))) return ONE;
    return node.kind === 'ident' ? this.#local(node.name)?.size : undefined;
  }

  #entriesOf(node: CelNode): Entries | undefined {
    return this.#entries.get(node) ?? (node.kind === 'ident' ? this.#local(node.name)?.entries : undefined);
  }
}

/** What joins two values to one that holds the parts of both. */
const JOINED = /^add_(?:string|bytes|list)$/;

function literalSize(node: CelNode): Range | undefined {
  if (node.kind === 'list') return exactly(node.items.length);
  if (node.kind === 'map') return exactly(node.entries.length);
  if (node.kind !== 'literal') return undefined;
  const { value } = node;
  if (typeof value === 'string') return exactly(Array.from(value).length);
  return exactly(value instanceof Uint8Array ? value.length : 1);
}

function isScalar(type: CelStatic): boolean {
  const held = heldBy(type);
  return held
    ? isScalar(held)
    : ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind);
}
