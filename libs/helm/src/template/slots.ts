import type { GoValue } from './values.js';

/** A list with room for this many arguments and little more: lists that grow from nothing take room for seventeen. */
export function slots(count: number): GoValue[] {
  switch (count) {
    case 0:
      return [];
    case 1:
      return [undefined];
    case 2:
      return [undefined, undefined];
    case 3:
      return [undefined, undefined, undefined];
    case 4:
      return [undefined, undefined, undefined, undefined];
    default: {
      const list: GoValue[] = [undefined, undefined, undefined, undefined, undefined];
      while (list.length < count) list.push(undefined);
      return list;
    }
  }
}
