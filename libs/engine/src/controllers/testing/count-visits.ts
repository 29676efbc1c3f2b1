import type { Store } from '../../store/store.js';
import type { Table } from '../../store/table.js';

/** How many stored objects, names and events are handed out or iterated while `work` runs: what it costs at scale. */
export function countVisits(store: Store, work: () => void): number {
  let visits = 0;
  const counted = <T>(items: IterableIterator<T>): IterableIterator<T> =>
    (function* () {
      for (const item of items) {
        visits++;
        yield item;
      }
    })();
  const undo: (() => void)[] = [];
  const wrap = <O extends object, K extends keyof O>(object: O, name: K, wrapped: O[K]): void => {
    Object.defineProperty(object, name, { configurable: true, value: wrapped });
    undo.push(() => Reflect.deleteProperty(object, name));
  };
  const watched = (table: Table): void => {
    const { objects } = table;
    const by = table.by.bind(table);
    const sortedNames = table.sortedNames.bind(table);
    wrap(table, 'by', (index, key) => {
      const found = by(index, key);
      visits += found.length;
      return found;
    });
    wrap(table, 'sortedNames', () => {
      const names = sortedNames();
      const after = names.after.bind(names);
      if (!Object.hasOwn(names, 'after')) wrap(names, 'after', (start) => counted(after(start)) as never);
      return names;
    });
    for (const name of ['values', 'keys', 'entries', Symbol.iterator] as const) {
      const original = (objects[name] as () => IterableIterator<unknown>).bind(objects);
      wrap(objects, name, (() => counted(original())) as never);
    }
  };
  for (const resource of store.resources()) watched(store.table(resource));
  const eventsSince = store.eventsSince.bind(store);
  wrap(store, 'eventsSince', (revision) => {
    const events = eventsSince(revision);
    visits += events?.length ?? 0;
    return events;
  });
  try {
    work();
  } finally {
    for (const restore of undo) restore();
  }
  return visits;
}
