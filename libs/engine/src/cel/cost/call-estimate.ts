import type { CelNode } from '../syntax.js';
import type { CelStatic } from '../types.js';
import type { Range } from './range.js';

/** What is known of the size of a value, by the path to it from a variable: `['self', 'items', '@items', 'name']`. */
export type SizeLookup = (path: readonly string[]) => Range | undefined;

/** One value an estimate is about. */
export interface SizedValue {
  readonly node: CelNode | undefined;
  readonly path: readonly string[] | undefined;
  readonly type: CelStatic;
  readonly size: Range | undefined;
}

/** What a call costs beyond its arguments, and how large its result is. */
export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range;
}
