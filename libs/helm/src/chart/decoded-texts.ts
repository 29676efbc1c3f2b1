/** The bytes kept for comparison: the files of some dozen charts, or of one that is mostly CRDs several times. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Bytes looked at to find a file again; all of them are compared before it counts as found. */
const SAMPLES = 32;
/** Files that look the same in length and samples; more are not worth comparing with. */
const MAX_ALIKE = 8;

interface Decoded {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Texts of files decoded before. A chart is rendered again and again with the same files: comparing bytes takes a fraction of
 * decoding them, and the same text object each time is found at once in the caches by text, which need neither hash it nor
 * compare it. When too much is held, everything is forgotten.
 */
export class DecodedTexts {
  readonly #known = new Map<number, Decoded[]>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The text of the bytes, which are UTF-8. */
  get(bytes: Uint8Array): string {
    const key = fingerprint(bytes);
    const alike = this.#known.get(key);
    const found = alike?.find((item) => Buffer.compare(item.bytes, bytes) === 0);
    if (found) return found.text;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (alike && alike.length >= MAX_ALIKE) return text;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) {
      this.#known.clear();
      this.#bytes = bytes.length;
    }
    const item = { bytes: own(bytes), text };
    const bucket = this.#known.get(key);
    if (bucket) bucket.push(item);
    else this.#known.set(key, [item]);
    return text;
  }
}

/** Bytes that do not keep a larger buffer alive, such as that of a whole archive. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length ? bytes.slice() : bytes;
}

/** FNV-1a over the length and bytes spread over the whole. */
function fingerprint(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 ^ bytes.length;
  const stride = Math.max(1, Math.floor(bytes.length / SAMPLES));
  for (let index = bytes.length - 1; index >= 0; index -= stride)
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash;
}
