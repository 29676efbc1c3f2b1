import type { JsonValue } from '@lotse/manifests';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
/** How a filter of a JSONPath compares. */
export type Comparison = (typeof COMPARISONS)[number];

export const isComparison = (text: string): text is Comparison => COMPARISONS.some((known) => known === text);

/** One step of a JSONPath. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'below' }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'union'; readonly paths: readonly (readonly Step[])[] }
  | { readonly kind: 'exists'; readonly path: readonly Step[] }
  | {
      readonly kind: 'compare';
      readonly left: readonly Step[];
      readonly operator: Comparison;
      readonly right: readonly Step[];
    }
  | { readonly kind: 'value'; readonly value: JsonValue };

/** `[from:to:step]`; a single index is a slice of one. */
export interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly step: number | undefined;
  /** `to` follows from `from`: `[-1]` ends at the end. */
  readonly isIndex: boolean;
}

/** A path that can't be followed in what is there: an index out of bounds, a filter of something that is no list. */
export class PathError extends Error {}
