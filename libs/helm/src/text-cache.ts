/**
 * Remembers what texts were turned into. The result must depend on the text (and the variant) alone and never be changed by
 * its users. When more than `maxCharacters` of text are held, everything is forgotten: simple, and rare enough.
 */
export class TextCache<Result> {
  /** By variant first: a text that was asked for before is found by its identity, unless it is put together anew for a key. */
  readonly #variants = new Map<string, Map<string, Result>>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** The result for a text, made when it is not known. What throws is not remembered. */
  get(text: string, make: (text: string) => Result, variant = ''): Result {
    const known = this.#variants.get(variant)?.get(text);
    if (known !== undefined) return known;
    const result = make(text);
    const characters = text.length + variant.length;
    this.#characters += characters;
    if (this.#characters > this.#maxCharacters) {
      this.#variants.clear();
      this.#characters = characters;
    }
    const results = this.#variants.get(variant);
    if (results) results.set(text, result);
    else this.#variants.set(variant, new Map([[text, result]]));
    return result;
  }
}
