import type { BinaryOperator, Node } from './ast.js';
import type { Evaluation, ValueOperators } from './evaluation.js';
import { formatText } from './std/format.js';
import { jsonnetError } from './source.js';
import { codePoints, hasAstral } from './text-positions.js';
import {
  compareText,
  isList,
  JsonnetFunction,
  JsonnetObject,
  typeOf,
  type Lazy,
  type Value,
} from './values.js';

/** The largest whole number that bits are read of, as the language says. */
const MAX_BITS = 2 ** 53 - 1;

/** Operators, indexing and slices. */
export class Operators implements ValueOperators {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  unary(operator: '-' | '+' | '!' | '~', value: Value, node: Node): Value {
    if (operator === '!' && typeof value === 'boolean') return !value;
    if (typeof value === 'number') {
      if (operator === '-') return -value;
      if (operator === '+') return value;
      if (operator === '~') return Number(~toBits(value, node));
    }
    throw this.#fail(`${operator} can't be used on ${typeOf(value)}`, node);
  }

  binary(operator: BinaryOperator, left: Value, right: Value, node?: Node): Value {
    switch (operator) {
      case '+':
        return this.#add(left, right, node);
      case '==':
        return this.equals(left, right, node);
      case '!=':
        return !this.equals(left, right, node);
      case '<':
        return this.compare(left, right, node) < 0;
      case '>':
        return this.compare(left, right, node) > 0;
      case '<=':
        return this.compare(left, right, node) <= 0;
      case '>=':
        return this.compare(left, right, node) >= 0;
      case 'in':
        if (typeof left === 'string' && right instanceof JsonnetObject) return right.has(left);
        break;
      case '%':
        if (typeof left === 'string') return formatText(this.#evaluation, left, right);
        break;
      case '*':
      case '/':
      case '-':
      case '<<':
      case '>>':
      case '&':
      case '^':
      case '|':
      case '&&':
      case '||':
        break;
    }
    if (typeof left === 'number' && typeof right === 'number')
      return this.#arithmetic(operator, left, right, node);
    throw this.#fail(`${operator} can't be used on ${typeOf(left)} and ${typeOf(right)}`, node);
  }

  #add(left: Value, right: Value, node?: Node): Value {
    if (typeof left === 'number' && typeof right === 'number')
      return this.#arithmetic('+', left, right, node);
    if (typeof left === 'string' || typeof right === 'string') {
      const joined = this.#evaluation.text.of(left) + this.#evaluation.text.of(right);
      return this.checkLength(joined);
    }
    if (isList(left) && isList(right)) return this.checkArray([...left, ...right]);
    if (left instanceof JsonnetObject && right instanceof JsonnetObject)
      return new JsonnetObject([...left.layers, ...right.layers]);
    throw this.#fail(`+ can't be used on ${typeOf(left)} and ${typeOf(right)}`, node);
  }

  #arithmetic(operator: BinaryOperator, left: number, right: number, node?: Node): number {
    let value: number;
    switch (operator) {
      case '+':
        value = left + right;
        break;
      case '-':
        value = left - right;
        break;
      case '*':
        value = left * right;
        break;
      case '/':
        if (right === 0) throw this.#fail('division by zero', node);
        value = left / right;
        break;
      case '%':
        if (right === 0) throw this.#fail('division by zero', node);
        value = left % right;
        break;
      case '&':
        return Number(toBits(left, node) & toBits(right, node));
      case '|':
        return Number(toBits(left, node) | toBits(right, node));
      case '^':
        return Number(toBits(left, node) ^ toBits(right, node));
      case '<<':
      case '>>': {
        if (right < 0) throw this.#fail('shift by a negative number', node);
        const bits = toBits(left, node);
        const by = BigInt(Math.trunc(right) % 64);
        if (operator === '>>') return Number(BigInt.asIntN(64, bits >> by));
        return Number(BigInt.asIntN(64, bits << by));
      }
      case '==':
      case '!=':
      case '<':
      case '>':
      case '<=':
      case '>=':
      case 'in':
      case '&&':
      case '||':
        throw this.#fail(`${operator} can't be used on numbers`, node);
    }
    return this.checkNumber(value, node);
  }

  checkNumber(value: number, node?: Node): number {
    if (Number.isNaN(value)) throw this.#fail('the result is not a number', node);
    if (!Number.isFinite(value)) throw this.#fail('overflow: the number is too large', node);
    return value;
  }

  /** @throws when a text is longer than allowed. */
  checkLength(text: string): string {
    const { maxTextLength } = this.#evaluation.limits;
    if (text.length > maxTextLength)
      throw jsonnetError('limit', `a text is longer than ${maxTextLength} characters`);
    return text;
  }

  /** @throws when an array is longer than allowed. */
  checkArray<T extends readonly Lazy[]>(items: T): T {
    this.checkCount(items.length);
    return items;
  }

  checkCount(count: number): void {
    const { maxArrayLength } = this.#evaluation.limits;
    if (count > maxArrayLength)
      throw jsonnetError('limit', `an array is longer than ${maxArrayLength} elements`);
  }

  equals(left: Value, right: Value, node?: Node): boolean {
    if (left instanceof JsonnetFunction || right instanceof JsonnetFunction) {
      if (typeOf(left) !== typeOf(right)) return false;
      throw this.#fail("functions can't be compared", node);
    }
    if (left === right) return true;
    const force = (lazy: Lazy | undefined): Value =>
      lazy === undefined ? null : this.#evaluation.force(lazy);
    if (isList(left) && isList(right)) {
      return (
        left.length === right.length &&
        left.every((item, index) =>
          this.#deeper(() => this.equals(force(item), force(right[index]), node), node),
        )
      );
    }
    if (!(left instanceof JsonnetObject) || !(right instanceof JsonnetObject)) return false;
    const { objects } = this.#evaluation;
    const names = left.names(false);
    const others = right.names(false);
    if (names.length !== others.length || names.some((name, index) => name !== others[index])) return false;
    objects.check(left);
    objects.check(right);
    return names.every((name) =>
      this.#deeper(
        () => this.equals(objects.get(left, name) ?? null, objects.get(right, name) ?? null, node),
        node,
      ),
    );
  }

  compare(left: Value, right: Value, node?: Node): number {
    if (typeof left === 'number' && typeof right === 'number')
      return left < right ? -1 : left > right ? 1 : 0;
    if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
    if (isList(left) && isList(right)) {
      for (const [index, item] of left.entries()) {
        const other = right[index];
        if (other === undefined) return 1;
        const order = this.#deeper(
          () => this.compare(this.#evaluation.force(item), this.#evaluation.force(other), node),
          node,
        );
        if (order !== 0) return order;
      }
      return left.length - right.length;
    }
    throw this.#fail(`${typeOf(left)} and ${typeOf(right)} have no order`, node);
  }

  element(target: Value, given: Value, node?: Node): Value {
    if (!isList(target) && typeof target !== 'string')
      throw this.#fail(`${typeOf(target)} can't be indexed; only objects, arrays and strings can`, node);
    if (typeof given !== 'number')
      throw this.#fail(`the index of ${typeOf(target)} must be a number, got ${typeOf(given)}`, node);
    const index = Math.trunc(given);
    const length = isList(target)
      ? target.length
      : hasAstral(target)
        ? codePoints(target).length
        : target.length;
    if (index < 0 || index >= length)
      throw this.#fail(`index ${index} out of bounds, not within [0, ${length})`, node);
    if (typeof target === 'string')
      return hasAstral(target) ? (codePoints(target)[index] ?? '') : target.charAt(index);
    return this.#evaluation.force(target[index] ?? null);
  }

  slice(target: Value, [from = null, to = null, by = null]: readonly Value[], node?: Node): Value {
    if (!isList(target) && typeof target !== 'string')
      throw this.#fail(`only arrays and strings can be sliced, not ${typeOf(target)}`, node);
    const items: readonly Lazy[] = typeof target === 'string' ? codePoints(target) : target;
    const bound = (value: Value, fallback: number): number => {
      if (value === null) return fallback;
      if (typeof value !== 'number' || !Number.isInteger(value))
        throw this.#fail(`a slice needs whole numbers, got ${typeOf(value)}`, node);
      return value < 0 ? Math.max(0, items.length + value) : value;
    };
    const start = bound(from, 0);
    const end = Math.min(bound(to, items.length), items.length);
    const step = by === null ? 1 : by;
    if (typeof step !== 'number' || step <= 0 || !Number.isInteger(step))
      throw this.#fail('the step of a slice must be a whole number greater than 0', node);
    const result: Lazy[] = [];
    for (let at = start; at < end; at += step) {
      const item = items[at];
      if (item !== undefined) result.push(item);
    }
    return typeof target === 'string'
      ? result.map((char) => this.#evaluation.text.of(this.#evaluation.force(char))).join('')
      : result;
  }

  #deeper<T>(work: () => T, node?: Node): T {
    this.#evaluation.enter(node);
    const result = work();
    this.#evaluation.leave();
    return result;
  }

  #fail(message: string, node?: Node): Error {
    return this.#evaluation.fail(message, node);
  }
}

function toBits(value: number, node?: Node): bigint {
  if (Math.abs(value) > MAX_BITS)
    throw jsonnetError('runtime', `${value} has more bits than numbers keep`, node?.source, node?.at);
  return BigInt(Math.trunc(value));
}
