import { hash } from 'node:crypto';

/**
 * Bytes of text that are remembered at most. Values take about ten times as much memory as their text, what is made of them
 * the same again, and a render thread has 512 MiB; the largest public overlays read less than 4 MiB.
 */
const MAX_CACHED_BYTES = 8 * 1024 * 1024;

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/**
 * Remembers what was made of a text, by its content, up to a number of bytes; what was not used for longest goes first. The
 * digest is one that nobody can find two texts for, so that no repository changes what another one reads.
 */
export class ContentCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_CACHED_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** What `make` gives for this content under this name; it must not change afterwards. Failures are not remembered. */
  get(content: Uint8Array, name: string, make: () => T): T {
    const key = `${hash('sha256', content, 'base64')}${name}`;
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const value = make();
    if (content.length > this.#maxBytes) return value;
    this.#entries.set(key, { value, bytes: content.length });
    this.#bytes += content.length;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
    return value;
  }
}
