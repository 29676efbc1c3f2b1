import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { GitError } from '../git.errors.js';
import { applyDelta } from './delta.js';
import type { GitObject, GitObjectType } from './git-object.js';
import { PackIndex } from './pack-index.js';

const TYPES: Readonly<Record<number, GitObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const REFERENCE_DELTA = 7;
/** Git's own packs stay below 50; longer chains are made to exhaust the reader. */
const MAX_DELTA_CHAIN = 4_096;
/** Type, size and base of an entry. */
const HEADER_BYTES = 64;
/** No file of a repository of manifests is larger. */
export const MAX_OBJECT_BYTES = 128 * 1024 * 1024;

interface Entry {
  readonly type: number;
  readonly size: number;
  /** Where the compressed bytes start. */
  readonly dataAt: number;
  readonly baseOffset: number | undefined;
  readonly baseOid: string | undefined;
}

/** One pack with its index. Reads only the bytes of the object asked for. */
export class PackFile {
  readonly #index: PackIndex;
  readonly #descriptor: number;
  readonly #size: number;

  constructor(
    private readonly path: string,
    /** Finds bases that lie outside of this pack. */
    private readonly findElsewhere: (oid: string) => GitObject | undefined,
  ) {
    this.#index = new PackIndex(path.replace(/\.pack$/, '.idx'));
    this.#descriptor = openSync(path, 'r');
    this.#size = fstatSync(this.#descriptor).size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The object; undefined when it isn't in this pack. @throws GitError `git_object_corrupt`. */
  read(oid: string): GitObject | undefined {
    const offset = this.#index.offsetOf(Buffer.from(oid, 'hex'));
    return offset === undefined ? undefined : this.#readAt(offset);
  }

  has(oid: string): boolean {
    return this.#index.offsetOf(Buffer.from(oid, 'hex')) !== undefined;
  }

  #readAt(start: number): GitObject {
    const deltas: Buffer[] = [];
    let offset = start;
    for (let depth = 0; depth < MAX_DELTA_CHAIN; depth++) {
      const entry = this.#entryAt(offset);
      const data = this.#inflate(entry);
      const type = TYPES[entry.type];
      if (type !== undefined)
        return { type, data: deltas.reduceRight((base, delta) => this.#apply(base, delta), data) };
      deltas.push(data);
      if (entry.baseOffset !== undefined) offset = entry.baseOffset;
      else if (entry.baseOid !== undefined) {
        const inside = this.#index.offsetOf(Buffer.from(entry.baseOid, 'hex'));
        if (inside === undefined) return this.#onForeignBase(entry.baseOid, deltas);
        offset = inside;
      } else throw this.#corrupt('an entry has an unknown type');
    }
    throw this.#corrupt('a chain of deltas has no end');
  }

  #onForeignBase(oid: string, deltas: readonly Buffer[]): GitObject {
    const base = this.findElsewhere(oid);
    if (!base) throw this.#corrupt(`the base ${oid} of a delta is missing`);
    return {
      type: base.type,
      data: deltas.reduceRight((data, delta) => this.#apply(data, delta), base.data),
    };
  }

  #entryAt(offset: number): Entry {
    const head = Buffer.alloc(HEADER_BYTES);
    readSync(this.#descriptor, head, 0, HEADER_BYTES, offset);
    let at = 0;
    let byte = head[at++] ?? 0;
    const type = (byte >> 4) & 7;
    let size = byte & 15;
    for (let factor = 16; byte & 0x80; factor *= 128) {
      byte = head[at++] ?? 0;
      size += (byte & 0x7f) * factor;
    }
    if (size > MAX_OBJECT_BYTES)
      throw new GitError(
        'repository_too_large',
        `An object in ${this.path} has ${size} bytes; ${MAX_OBJECT_BYTES} is the most that is read.`,
      );
    let baseOffset: number | undefined;
    let baseOid: string | undefined;
    if (type === OFFSET_DELTA) {
      byte = head[at++] ?? 0;
      let back = byte & 0x7f;
      while (byte & 0x80) {
        byte = head[at++] ?? 0;
        back = (back + 1) * 128 + (byte & 0x7f);
      }
      baseOffset = offset - back;
      if (back === 0 || baseOffset < 0) throw this.#corrupt('a delta names itself as its base');
    } else if (type === REFERENCE_DELTA) {
      baseOid = head.toString('hex', at, at + 20);
      at += 20;
    } else if (TYPES[type] === undefined) throw this.#corrupt('an entry has an unknown type');
    return { type, size, dataAt: offset + at, baseOffset, baseOid };
  }

  #inflate(entry: Entry): Buffer {
    // zlib never needs more than this for incompressible bytes; what follows the stream is ignored.
    const most = Math.min(entry.size + Math.ceil(entry.size / 1_000) + 128, this.#size - entry.dataAt);
    if (most <= 0) throw this.#corrupt('an entry lies beyond its end');
    const compressed = Buffer.allocUnsafe(most);
    readSync(this.#descriptor, compressed, 0, most, entry.dataAt);
    let data: Buffer;
    try {
      data = inflateSync(compressed, { maxOutputLength: Math.max(entry.size, 1) });
    } catch (error) {
      throw this.#corrupt('an entry does not decompress', error);
    }
    if (data.length !== entry.size) throw this.#corrupt('an entry has another size than it says');
    return data;
  }

  #apply(base: Buffer, delta: Buffer): Buffer {
    const result = applyDelta(base, delta, MAX_OBJECT_BYTES);
    if (!result) throw this.#corrupt('a delta does not fit its base');
    return result;
  }

  #corrupt(what: string, cause?: unknown): GitError {
    return new GitError('git_object_corrupt', `The pack ${this.path} is damaged: ${what}.`, cause);
  }
}
