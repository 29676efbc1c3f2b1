import type { ApplicationCondition } from '../application/types.js';
import type { ConditionType } from '../vocabulary.js';

/**
 * Replaces the conditions of the evaluated types by the given ones and keeps the others. A condition that says the same
 * as before keeps its time.
 */
export function mergeConditions(
  before: readonly ApplicationCondition[],
  found: readonly { type: ConditionType; message: string }[],
  evaluated: ReadonlySet<ConditionType>,
  now: string,
): ApplicationCondition[] {
  const merged = before.filter((condition) => !evaluated.has(condition.type));
  for (const { type, message } of found) {
    const same = before.find((condition) => condition.type === type && condition.message === message);
    merged.push(same ?? { type, message, lastTransitionTime: now });
  }
  return merged.sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : a.message < b.message ? -1 : 1));
}
