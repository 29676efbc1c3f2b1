import { layOut } from './store/shared-values.js';

/** Where the engine gets chance from. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** `length` characters of the alphabet Kubernetes uses for generated names (no vowels, no look-alikes). */
  suffix(length: number): string;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pair = (byte: number): string => BYTES[byte & 0xff] ?? '';
const hex = (word: number): string => pair(word >>> 24) + pair(word >>> 16) + pair(word >>> 8) + pair(word);

/** Same seed, same numbers (xoshiro128** by Blackman and Vigna). Not for secrets. */
export class SeededRandom implements Random {
  readonly #state: Uint32Array<ArrayBuffer>;

  constructor(seed: number | string) {
    let hash = 2166136261;
    for (const char of String(seed)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
    this.#state = Uint32Array.from({ length: 4 }, () => {
      hash = (hash + 0x9e3779b9) | 0;
      let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    });
  }

  next(): number {
    return this.#word() / 4_294_967_296;
  }

  uuid(): string {
    const first = hex(this.#word());
    const second = hex((this.#word() & 0xffff0fff) | 0x4000);
    const third = hex((this.#word() & 0x3fffffff) | 0x80000000);
    const text = `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex(this.#word())}`;
    layOut(text);
    return text;
  }

  suffix(length: number): string {
    const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
    let text = '';
    for (let index = 0; index < length; index++)
      text += alphabet.charAt(Math.floor(this.next() * alphabet.length));
    return text;
  }

  /** A copy that continues from here on its own: forks of a cluster share no chance. */
  fork(): SeededRandom {
    const copy = new SeededRandom(0);
    copy.#state.set(this.#state);
    return copy;
  }

  #word(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const c2 = c ^ a;
    const d2 = d ^ b;
    state[0] = a ^ d2;
    state[1] = b ^ c2;
    state[2] = c2 ^ (b << 9);
    state[3] = (d2 << 11) | (d2 >>> 21);
    return result;
  }
}
