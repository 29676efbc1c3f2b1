import type { Budget } from '../budget.js';
import type { Library } from '../overload.js';
import { entriesOf, GrowingMap, mapOf, type CelMap, type CelRecord } from '../values.js';

type AnyMap = CelRecord | CelMap;

/** Maps that loops put together grow in place; others stay as they are. */
function inserted(map: AnyMap, entries: readonly (readonly [unknown, unknown])[], budget: Budget): AnyMap {
  budget.work(entries.length);
  if (!(map instanceof GrowingMap)) {
    const own = entriesOf(map);
    budget.work(own.length);
    return mapOf([...own, ...entries]);
  }
  for (const [key, value] of entries) map.insert(key, value);
  return map;
}

/** What `transformMap` and `transformMapEntry` are made of. */
export const maps: Library = {
  qualified: [
    [
      'cel.@mapInsert',
      ['map', 'dyn', 'dyn'],
      (map: AnyMap, key: unknown, value: unknown, budget: Budget) => inserted(map, [[key, value]], budget),
    ],
    [
      'cel.@mapInsert',
      ['map', 'map'],
      (map: AnyMap, other: AnyMap, budget: Budget) => inserted(map, entriesOf(other), budget),
    ],
  ],
};
