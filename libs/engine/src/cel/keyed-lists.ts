import type { Budget } from './budget.js';
import { keyed, keysOf } from './list-keys.js';
import { isSameItem, Visits } from './values.js';

/** Two lists joined as sets, or item by item of the same key; undefined when the first is a plain list. */
export function joinedByKeys(
  list: readonly unknown[],
  others: readonly unknown[],
  budget: Budget,
): readonly unknown[] | undefined {
  const by = keysOf(list);
  if (!by) return undefined;
  const result = [...list];
  const visits = new Visits(budget);
  for (const other of others) {
    const at = result.findIndex((one) => isSameItem(one, other, by, visits));
    if (at === -1) result.push(other);
    else if (by !== 'set') result[at] = other;
  }
  return keyed(result, by);
}
