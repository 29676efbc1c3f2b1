const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const LIST_OPEN = 0x5b;
const LIST_CLOSE = 0x5d;
const MAP_OPEN = 0x7b;
const MAP_CLOSE = 0x7d;

/** A page of 500 pods takes about two megabytes. What is larger is copied out in between. */
const BUFFER_BYTES = 4 * 1024 * 1024;
/** Room that every value leaves for the signs around it. */
const SIGNS_BYTES = 16;
/** Bytes of one unit of a text at most: an escape such as `\u0000`. */
const ESCAPE_BYTES = 6;
/**
 * Depth at which parts are looked for again, in a list of objects: below `metadata`, `spec` and `status`, which each has
 * of its own, and above parts that are written faster than found.
 */
const SHARED_FROM = 4;
const SHARED_TO = 6;

/** 1 for characters that stand for themselves in JSON and take one byte. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x20 && code < 0x7f && code !== QUOTE && code !== 0x5c ? 1 : 0,
);

/** Lists that are being sent at the same time and find their memory again; more of them get memory of their own. */
const KEPT_BUFFERS = 4;

const free: Buffer[] = [];

/** Bytes in memory that is used again. */
export interface LentBytes {
  readonly bytes: Uint8Array;
  /**
   * Gives the memory back; `bytes` must not be read after that. Who never calls it leaves them to the collector, which
   * then has to walk the whole heap every few dozen lists.
   */
  readonly release: () => void;
}

/**
 * A list as JSON and a newline, the same bytes that `JSON.stringify` makes. Parts that several objects share, as the store
 * makes them share what is equal, are written once and copied then; and no text is made on the way, because collecting
 * that is what the slowest answers of a busy API wait for.
 */
export function jsonBytes(list: object): LentBytes {
  const buffer = free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const bytes = new JsonBytes(buffer).write(list);
  let lent = true;
  const release = (): void => {
    if (lent && free.length < KEPT_BUFFERS) free.push(buffer);
    lent = false;
  };
  if (bytes.buffer !== buffer.buffer) release();
  return { bytes, release };
}

class JsonBytes {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #full: Uint8Array[] = [];
  /** Where in the buffer a part stands, as an index of `#starts` and `#ends`. */
  readonly #written = new Map<object, number>();
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  write(list: object): Uint8Array {
    this.#value(list, 0);
    this.#ascii('\n');
    const last = this.#bytes.subarray(0, this.#at);
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last]);
  }

  #value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.#string(value);
    else if (typeof value === 'object' && value !== null) {
      if (depth < SHARED_FROM || depth > SHARED_TO) this.#parts(value, depth);
      else this.#shared(value, depth);
    } else this.#ascii(JSON.stringify(value) ?? 'null');
  }

  #shared(value: object, depth: number): void {
    const known = this.#written.get(value);
    if (known !== undefined) {
      const start = this.#starts[known] ?? 0;
      const end = this.#ends[known] ?? 0;
      if (this.#at + end - start + SIGNS_BYTES <= this.#bytes.length) {
        this.#bytes.copyWithin(this.#at, start, end);
        this.#at += end - start;
        return;
      }
    }
    const start = this.#at;
    const copiedOut = this.#full.length;
    this.#parts(value, depth);
    if (this.#full.length !== copiedOut) return;
    this.#written.set(value, this.#starts.length);
    this.#starts.push(start);
    this.#ends.push(this.#at);
  }

  #parts(value: object, depth: number): void {
    if (Array.isArray(value)) this.#list(value, depth + 1);
    else this.#map(value as Readonly<Record<string, unknown>>, depth + 1);
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#sign(LIST_OPEN);
    for (let index = 0; index < list.length; index++) {
      if (index > 0) this.#sign(COMMA);
      this.#value(list[index], depth);
    }
    this.#sign(LIST_CLOSE);
  }

  #map(map: Readonly<Record<string, unknown>>, depth: number): void {
    this.#sign(MAP_OPEN);
    let first = true;
    // Stored objects are plain; `in` walks their keys without making a list of them.
    for (const key in map) {
      const value = map[key];
      if (value === undefined) continue;
      if (first) first = false;
      else this.#sign(COMMA);
      this.#string(key);
      this.#sign(COLON);
      this.#value(value, depth);
    }
    this.#sign(MAP_CLOSE);
  }

  #string(text: string): void {
    const { length } = text;
    const most = length * ESCAPE_BYTES + 2;
    if (most + SIGNS_BYTES > this.#bytes.length) {
      this.#copyOut();
      this.#full.push(Buffer.from(JSON.stringify(text)));
      return;
    }
    this.#room(most);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (PLAIN[code] !== 1) {
        const rest = JSON.stringify(text.slice(index));
        this.#at = at + bytes.write(rest.slice(1), at);
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  #ascii(text: string): void {
    this.#room(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.#at++] = text.charCodeAt(index);
  }

  #sign(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #room(bytes: number): void {
    if (this.#at + bytes + SIGNS_BYTES > this.#bytes.length) this.#copyOut();
  }

  #copyOut(): void {
    this.#full.push(Buffer.from(this.#bytes.subarray(0, this.#at)));
    this.#at = 0;
    this.#written.clear();
    this.#starts.length = 0;
    this.#ends.length = 0;
  }
}
