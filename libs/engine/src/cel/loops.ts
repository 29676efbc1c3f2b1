import { attempt, bind, type Evaluation, type Scope } from './scope.js';
import type { CelNode } from './syntax.js';
import { CelError, CelMap, entriesOf, isMap, isRecord, mapOf, type CelRecord } from './values.js';

type Item = readonly [index: unknown, item: unknown];

/** What a round of a loop costs beyond what its body does. */
const ROUND_COST = 3;

/** Runs the loop macros: over lists by item, over maps by key; with two names by index and item, key and value. */
export function evaluateLoop(
  { loop, names }: CelNode & { kind: 'loop' },
  range: Evaluation,
  condition: Evaluation | undefined,
  body: Evaluation,
): Evaluation {
  const rounds = function* (scope: Scope, limitToCondition: boolean): Generator<[Item, Scope]> {
    for (const item of itemsOf(range(scope), names.length === 2)) {
      scope.budget.spend(ROUND_COST);
      const [first = '', second] = names;
      let inner = bind(scope, first, second === undefined ? item[1] : item[0]);
      if (second !== undefined) inner = bind(inner, second, item[1]);
      if (limitToCondition && condition && !truth(condition(inner))) continue;
      yield [item, inner];
    }
  };
  switch (loop) {
    case 'all':
      return (scope) => quantified(rounds(scope, false), body, false);
    case 'exists':
      return (scope) => quantified(rounds(scope, false), body, true);
    case 'exists_one':
    case 'existsOne':
      return (scope) => {
        let count = 0;
        for (const [, inner] of rounds(scope, false)) if (truth(body(inner))) count += 1;
        return count === 1;
      };
    case 'filter':
      return (scope) => {
        const kept: unknown[] = [];
        for (const [[, item], inner] of rounds(scope, false)) if (truth(body(inner))) kept.push(item);
        return kept;
      };
    case 'map':
    case 'transformList':
      return (scope) => {
        const made: unknown[] = [];
        for (const [, inner] of rounds(scope, true)) made.push(body(inner));
        return made;
      };
    case 'transformMap':
      return (scope) => {
        const made: Item[] = [];
        for (const [[key], inner] of rounds(scope, true)) made.push([key, body(inner)]);
        return mapOf(made);
      };
    case 'transformMapEntry':
      return (scope) => {
        const made: Item[] = [];
        for (const [, inner] of rounds(scope, true)) {
          const entry = body(inner);
          if (!isMap(entry)) throw new CelError('no such overload');
          made.push(...entriesOf(entry));
        }
        return mapOf(made);
      };
  }
}

function quantified(rounds: Iterable<[Item, Scope]>, body: Evaluation, decisive: boolean): boolean {
  let failed: CelError | undefined;
  for (const [, inner] of rounds) {
    const { value, error } = attempt(body, inner);
    if (error) failed ??= error;
    else if (value === decisive) return decisive;
    else if (typeof value !== 'boolean') failed ??= new CelError('no such overload');
  }
  if (failed) throw failed;
  return !decisive;
}

function itemsOf(range: unknown, isPaired: boolean): Item[] {
  if (Array.isArray(range)) return range.map((item: unknown, index) => [BigInt(index), item] as const);
  if (!(range instanceof CelMap) && !isRecord(range)) throw new CelError('no such overload');
  const entries = entriesOf(range as CelRecord | CelMap);
  return isPaired ? entries : entries.map(([key]) => [key, key] as const);
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload');
  return value;
}
