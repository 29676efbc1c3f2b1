/** How the items of a list are told apart: as they are, or by some of their fields (`x-kubernetes-list-type`). */
export type ListKeys = 'set' | readonly string[];

const keys = new WeakMap<readonly unknown[], ListKeys>();

/** Makes a list one whose order says nothing. */
export function keyed<List extends readonly unknown[]>(list: List, by: ListKeys): List {
  keys.set(list, by);
  return list;
}

/** How the items of this list are told apart; undefined for plain lists. */
export const keysOf = (list: readonly unknown[]): ListKeys | undefined => keys.get(list);
