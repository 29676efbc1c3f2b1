/** The two functions used here; the package carries no types of its own. */
declare module 'js-yaml' {
  export function dump(
    value: unknown,
    options?: { noRefs?: boolean; lineWidth?: number; noCompatMode?: boolean },
  ): string;
  export function load(text: string): unknown;
}
