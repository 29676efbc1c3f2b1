/**
 * Remembers what texts were turned into. The result must depend on the text alone and never be changed by its users.
 * When more than `maxCharacters` of text are held, everything is forgotten: simple, and rare enough.
 */
export class TextCache<Result> {
  readonly #results = new Map<string, Result>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** The result for a text, made when it is not known. What throws is not remembered. */
  get(text: string, make: (text: string) => Result): Result {
    const known = this.#results.get(text);
    if (known !== undefined) return known;
    const result = make(text);
    this.#characters += text.length;
    if (this.#characters > this.#maxCharacters) {
      this.#results.clear();
      this.#characters = text.length;
    }
    this.#results.set(text, result);
    return result;
  }
}
