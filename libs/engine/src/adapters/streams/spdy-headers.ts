import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.js';

/** Header blocks larger than this are refused; those of kubectl are a few hundred bytes. */
const LARGEST_BLOCK = 64 * 1024;
/** Header pairs of one stream. */
const MOST_HEADERS = 200;

/** Headers by lower-case name. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** Reads and writes the compressed header blocks of one connection. Blocks share their compressor's memory: order matters. */
export class SpdyHeaderCodec {
  readonly #inflate: Inflate;
  readonly #deflate: Deflate;
  #inflated: Buffer[] = [];
  #inflatedBytes = 0;
  #deflated: Buffer[] = [];

  constructor() {
    const dictionary = spdyDictionary();
    this.#inflate = createInflate({ dictionary });
    this.#deflate = createDeflate({ dictionary });
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#inflatedBytes += chunk.length;
      if (this.#inflatedBytes <= LARGEST_BLOCK) this.#inflated.push(chunk);
    });
    this.#deflate.on('data', (chunk: Buffer) => this.#deflated.push(chunk));
  }

  async read(block: Buffer): Promise<SpdyHeaders> {
    this.#inflatedBytes = 0;
    this.#inflated = [];
    await settled(this.#inflate, (done) => {
      this.#inflate.write(block);
      this.#inflate.flush(constants.Z_SYNC_FLUSH, done);
    });
    if (this.#inflatedBytes > LARGEST_BLOCK) throw new RangeError('a SPDY header block is too large');
    return parseBlock(Buffer.concat(this.#inflated));
  }

  async write(headers: SpdyHeaders): Promise<Buffer> {
    this.#deflated = [];
    await settled(this.#deflate, (done) => {
      this.#deflate.write(formatBlock(headers));
      this.#deflate.flush(constants.Z_SYNC_FLUSH, done);
    });
    return Buffer.concat(this.#deflated);
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}

/** Runs one step of a compressor; rejects when its input is broken or it is closed. */
async function settled(codec: Inflate | Deflate, step: (done: () => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error?: Error): void => reject(error ?? new Error('the connection is closed'));
    codec.once('error', fail);
    codec.once('close', fail);
    step(() => {
      codec.off('error', fail);
      codec.off('close', fail);
      resolve();
    });
  });
}

function parseBlock(block: Buffer): SpdyHeaders {
  let position = 0;
  const number = (): number => {
    if (position + 4 > block.length) throw new RangeError('a SPDY header block ends too early');
    position += 4;
    return block.readUInt32BE(position - 4);
  };
  const text = (): string => {
    const length = number();
    if (length > block.length - position) throw new RangeError('a SPDY header block ends too early');
    position += length;
    return block.toString('utf8', position - length, position);
  };
  const count = number();
  if (count > MOST_HEADERS) throw new RangeError('a SPDY header block has too many headers');
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

function formatBlock(headers: SpdyHeaders): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const parts = [number(headers.size)];
  for (const pair of headers)
    for (const word of pair) {
      const bytes = Buffer.from(word);
      parts.push(number(bytes.length), bytes);
    }
  return Buffer.concat(parts);
}
