/**
 * The variables of a container: its own in front of and over those that it shares with all containers of its namespace. What is
 * shared is kept once, however many containers and services a namespace has.
 */
export class Environment implements ReadonlyMap<string, string> {
  readonly #shared: ReadonlyMap<string, string>;
  readonly #own = new Map<string, string>();

  constructor(shared: ReadonlyMap<string, string>) {
    this.#shared = shared;
  }

  get size(): number {
    let size = this.#own.size;
    for (const name of this.#shared.keys()) if (!this.#own.has(name)) size++;
    return size;
  }

  get(name: string): string | undefined {
    return this.#own.get(name) ?? this.#shared.get(name);
  }

  has(name: string): boolean {
    return this.#own.has(name) || this.#shared.has(name);
  }

  set(name: string, value: string): void {
    this.#own.set(name, value);
  }

  forEach(act: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this) act(value, name, this);
  }

  *[Symbol.iterator](): MapIterator<[string, string]> {
    yield* this.#own;
    for (const entry of this.#shared) if (!this.#own.has(entry[0])) yield entry;
  }

  entries(): MapIterator<[string, string]> {
    return this[Symbol.iterator]();
  }

  *keys(): MapIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): MapIterator<string> {
    for (const [, value] of this) yield value;
  }
}
