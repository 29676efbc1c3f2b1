import type { GoValue } from './values.js';

/** A list with room for this many arguments and no more: lists that grow take room for seventeen. */
export function slots(count: number): GoValue[] {
  switch (count) {
    case 1:
      return [undefined];
    case 2:
      return [undefined, undefined];
    case 3:
      return [undefined, undefined, undefined];
    default:
      return Array.from<GoValue>({ length: count });
  }
}
