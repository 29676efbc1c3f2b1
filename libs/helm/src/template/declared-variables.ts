/** The variables that can be named at a place of a template: inner ones are forgotten where their block ends. */
export class DeclaredVariables {
  readonly #names: string[] = [];
  /** How often each is declared: templates may have many, and name each often. */
  readonly #counts = new Map<string, number>();

  constructor(...names: readonly string[]) {
    for (const name of names) this.push(name);
  }

  /** How many there are, to go back to with `forgetTo`. */
  get length(): number {
    return this.#names.length;
  }

  push(name: string): void {
    this.#names.push(name);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  forgetTo(length: number): void {
    while (this.#names.length > length) {
      const name = this.#names.pop() ?? '';
      const left = (this.#counts.get(name) ?? 1) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    }
  }
}
