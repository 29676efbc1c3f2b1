import type { ObjectName } from './stored-object.js';

/** A chunk that grows beyond twice this is split; short enough that moving its names costs nothing. */
const CHUNK = 256;

/** Names in byte order. Coming, going and finding a place cost about the same for a hundred names and a hundred thousand. */
export class SortedNames {
  readonly #chunks: ObjectName[][] = [];

  constructor(names: Iterable<ObjectName>) {
    const sorted = [...names].sort(byteOrder);
    for (let start = 0; start < sorted.length; start += CHUNK)
      this.#chunks.push(sorted.slice(start, start + CHUNK));
  }

  add(name: ObjectName): void {
    const index = Math.min(this.#chunkAfter(name), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (!chunk) {
      this.#chunks.push([name]);
      return;
    }
    chunk.splice(upTo(chunk, name), 0, name);
    if (chunk.length > 2 * CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK));
  }

  delete(name: ObjectName): void {
    const index = this.#chunkAfter(name, true);
    const chunk = this.#chunks[index];
    const place = chunk ? upTo(chunk, name) - 1 : -1;
    if (!chunk || chunk[place] !== name) return;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(index, 1);
  }

  /** The names after `start`, in order, as long as nothing changes. */
  *after(start: string): Generator<ObjectName, void> {
    const first = this.#chunkAfter(start);
    for (let index = first; index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index] ?? [];
      for (let place = index === first ? upTo(chunk, start) : 0; place < chunk.length; place++)
        yield chunk[place] as ObjectName;
    }
  }

  /** How many names are not after `name`. */
  countUpTo(name: string): number {
    const last = this.#chunkAfter(name);
    let count = 0;
    for (let index = 0; index < last; index++) count += this.#chunks[index]?.length ?? 0;
    return count + upTo(this.#chunks[last] ?? [], name);
  }

  /** The first chunk that ends after `name` (or with it). */
  #chunkAfter(name: string, orWith = false): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#chunks[middle]?.at(-1) ?? '';
      if (last > name || (orWith && last === name)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** How many of sorted names are not after `name`. */
export function upTo(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
