import { readFileSync } from 'node:fs';
import { GitError } from '../git.errors.js';

const MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;

/** A pack's index (version 2): from object id to the place in the pack. */
export class PackIndex {
  readonly #bytes: Buffer;
  readonly #count: number;

  constructor(path: string) {
    this.#bytes = readFileSync(path);
    if (
      this.#bytes.length < NAMES_AT + 40 ||
      this.#bytes.readUInt32BE(0) !== MAGIC ||
      this.#bytes.readUInt32BE(4) !== 2
    )
      throw new GitError('git_object_corrupt', `The pack index ${path} is damaged or of an unknown version.`);
    this.#count = this.#bytes.readUInt32BE(FANOUT_AT + 255 * 4);
    if (this.#bytes.length < NAMES_AT + this.#count * 28 + 40)
      throw new GitError('git_object_corrupt', `The pack index ${path} is cut off.`);
  }

  /** Where in the pack the object starts; undefined when it isn't there. */
  offsetOf(oid: Buffer): number | undefined {
    const first = oid[0] ?? 0;
    let low = first === 0 ? 0 : this.#bytes.readUInt32BE(FANOUT_AT + (first - 1) * 4);
    let high = this.#bytes.readUInt32BE(FANOUT_AT + first * 4);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = NAMES_AT + middle * 20;
      const order = oid.compare(this.#bytes, at, at + 20);
      if (order === 0) return this.#offsetAt(middle);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  #offsetAt(position: number): number {
    const small = this.#bytes.readUInt32BE(NAMES_AT + this.#count * 24 + position * 4);
    if (small < 0x8000_0000) return small;
    return Number(this.#bytes.readBigUInt64BE(NAMES_AT + this.#count * 28 + (small - 0x8000_0000) * 8));
  }
}
