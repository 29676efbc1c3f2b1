import type { StoredObject } from './stored-object.js';

/** Values remembered. A pod brings about fifty of its own; the rest it shares with the pods of its template. */
const SLOTS = 1 << 16;
/** Values with more text than this are not remembered, so that what was deleted long ago takes little. */
const LONGEST_TEXT = 512;
/** Lists and maps with more parts than this are taken as they are: hardly another object has the same. */
const MOST_PARTS = 1000;
/** Taken for the name of a key; names are shared by the machine. */
const KEY_TEXT = 8;

/**
 * Makes equal parts of different objects the same value: ten thousand pods of one template keep one set of volumes,
 * tolerations and field owners. It changes nothing that can be seen, because stored values never change.
 *
 * A part's place follows from its content and a newer one takes the place of an older, so the memory it takes is bounded.
 */
export class SharedValues {
  readonly #slots: (object | undefined)[] = Array.from({ length: SLOTS });
  /** Of the value that was looked at last. */
  #hash = 0;

  /** The object with its parts shared. Parts that are those of `previous` have been shared before. */
  share<T extends StoredObject>(object: T, previous: StoredObject | undefined): T {
    const shared = this.#parts(object, previous);
    const metadata = this.#parts(object.metadata, previous?.metadata);
    return metadata === object.metadata ? shared : { ...shared, metadata };
  }

  #parts<T extends object>(whole: T, previous: object | undefined): T {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(whole)) {
      const value = (whole as Record<string, unknown>)[key];
      if (typeof value === 'string') layOut(value);
      if (typeof value !== 'object' || value === null || key === 'metadata' || key === '__proto__') continue;
      if (previous && (previous as Record<string, unknown>)[key] === value) continue;
      const shared = this.#value(value);
      if (shared !== value) (copy ??= { ...whole } as Record<string, unknown>)[key] = shared;
    }
    return (copy as T | undefined) ?? whole;
  }

  #value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
      this.#hash = primitiveHash(value);
      return value;
    }
    return Array.isArray(value) ? this.#list(value) : this.#map(value as Record<string, unknown>);
  }

  #list(list: readonly unknown[]): unknown {
    if (list.length > MOST_PARTS) return this.#unshared(list);
    // A copy is as long as it has to be; a list that grew has room for more.
    const copy = [...list];
    let hash = list.length;
    let text = 0;
    for (const [index, item] of list.entries()) {
      const shared = this.#value(item);
      hash = mixed(hash, this.#hash);
      if (typeof item === 'string') text += item.length;
      copy[index] = shared;
    }
    return this.#remembered(copy, hash, text);
  }

  #map(map: Record<string, unknown>): unknown {
    let copy: Record<string, unknown> | undefined;
    let hash = 1;
    let text = 0;
    const keys = Object.keys(map);
    if (keys.length > MOST_PARTS) return this.#unshared(map);
    for (const key of keys) {
      const item = map[key];
      const shared = this.#value(item);
      hash = mixed(mixed(hash, textHash(key)), this.#hash);
      text += KEY_TEXT + (typeof item === 'string' ? item.length : 0);
      if (shared !== item && key !== '__proto__') (copy ??= { ...map })[key] = shared;
    }
    return this.#remembered(copy ?? map, hash, text);
  }

  #unshared(value: object): object {
    this.#hash = MOST_PARTS;
    return value;
  }

  #remembered(value: object, hash: number, text: number): object {
    this.#hash = hash;
    if (text > LONGEST_TEXT) return value;
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && sameParts(known, value)) return known;
    this.#slots[slot] = value;
    return value;
  }
}

const mixed = (hash: number, part: number): number => Math.imul(hash ^ part, 0x5bd1e995) + (hash >>> 13);

/** Texts put together from pieces keep the pieces until someone reads them; reading one letter lays them out. */
export function layOut(text: string): void {
  text.charCodeAt(0);
}

/** Hash of a text's length and some of its characters: a collision only means that less is shared. */
function textHash(text: string): number {
  const { length } = text;
  let hash = length;
  for (let index = Math.max(0, length - 6); index < length; index++)
    hash = Math.imul(hash, 31) + text.charCodeAt(index);
  return length > 6 ? Math.imul(hash, 31) + text.charCodeAt(0) + text.charCodeAt(length >> 1) * 7 : hash;
}

function primitiveHash(value: unknown): number {
  if (typeof value === 'string') return textHash(value);
  if (typeof value === 'number') return value | 0;
  return value === true ? 2 : value === false ? 3 : 5;
}

/** True when both have the same keys in the same order and the very same parts below them. */
function sameParts(a: object, b: object): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(b);
  const others = Object.keys(a);
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? '';
    if (
      others[index] !== key ||
      !Object.is((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    )
      return false;
  }
  return true;
}
