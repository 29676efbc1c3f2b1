import type { CelFold } from './syntax.js';
import type { Evaluation, Frame, Scope } from './scope.js';
import { CelError, entriesOf, GrowingList, GrowingMap, isMap, typeOf } from './values.js';

/** The parts of a fold, ready to run. */
export interface FoldParts {
  readonly range: Evaluation;
  readonly start: Evaluation;
  readonly condition: Evaluation;
  readonly step: Evaluation;
  readonly result: Evaluation;
}

/** Runs a fold. What it starts from is made when it is first asked for. */
export function foldOf({ names, accumulator }: CelFold, parts: FoldParts): Evaluation {
  const [first = '', second] = names;
  return (scope) => {
    const range = parts.range(scope);
    if (range instanceof CelError) return range;
    const frame = new FoldFrame(scope, accumulator, parts.start, first, second);
    const inner: Scope = { ...scope, frame };
    const isWanted = (): boolean => {
      const holds = parts.condition(inner);
      return holds === true || typeof holds !== 'boolean';
    };
    if (Array.isArray(range))
      for (const [index, item] of range.entries()) {
        frame.hold(second === undefined ? (item as unknown) : BigInt(index), item);
        if (!isWanted()) break;
        frame.set(parts.step(inner));
      }
    else if (isMap(range))
      for (const [key, value] of entriesOf(range)) {
        frame.hold(key, value);
        if (!isWanted()) break;
        frame.set(parts.step(inner));
      }
    else return new CelError(rangeProblem(range, second !== undefined));
    frame.close();
    const result = parts.result(inner);
    return result instanceof GrowingList || result instanceof GrowingMap ? result.grown() : result;
  };
}

const GO_TYPES: Partial<Record<string, string>> = {
  bool: 'types.Bool',
  double: 'types.Double',
  int: 'types.Int',
  null_type: 'types.Null',
  string: 'types.String',
  uint: 'types.Uint',
};

/** Why a value can't be looped over, with Go's name of its type. */
function rangeProblem(range: unknown, isPaired: boolean): string {
  const type = GO_TYPES[typeOf(range)] ?? typeOf(range);
  return isPaired ? `unsupported comprehension range type: ${type}` : `got '${type}', expected iterable type`;
}

class FoldFrame implements Frame {
  readonly outer: Frame | undefined;
  readonly #scope: Scope;
  readonly #accumulator: string;
  readonly #start: Evaluation;
  readonly #first: string;
  readonly #second: string | undefined;
  #one: unknown;
  #other: unknown;
  #value: unknown;
  #isStarted = false;
  #isClosed = false;

  constructor(
    scope: Scope,
    accumulator: string,
    start: Evaluation,
    first: string,
    second: string | undefined,
  ) {
    this.#scope = scope;
    this.outer = scope.frame;
    this.#accumulator = accumulator;
    this.#start = start;
    this.#first = first;
    this.#second = second;
  }

  hold(one: unknown, other: unknown): void {
    this.#one = one;
    this.#other = other;
  }

  set(value: unknown): void {
    this.#value = value;
    this.#isStarted = true;
  }

  /** From now on what was looped over has no name any more. */
  close(): void {
    this.#isClosed = true;
  }

  lookUp(name: string): unknown {
    if (name === this.#accumulator) {
      if (!this.#isStarted) this.set(growing(this.#start(this.#scope)));
      return this.#value;
    }
    if (this.#isClosed) return undefined;
    if (name === this.#first) return this.#one;
    return name === this.#second ? this.#other : undefined;
  }
}

/** Loops begin with an empty list or map that grows in place. */
function growing(value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0) return new GrowingList();
  return isMap(value) && entriesOf(value).length === 0 ? new GrowingMap() : value;
}
