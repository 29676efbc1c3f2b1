import { SpdyHeaderCodec, type SpdyHeaders } from './spdy-headers.js';

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FLAG_FIN = 1;
const VERSION = 3;
/** The largest frame taken; clients of Kubernetes write at most 32 KiB at a time. */
const LARGEST_FRAME = 1024 * 1024;
/** Streams a connection may have open; port-forward opens two per connection it carries. */
const MOST_STREAMS = 2000;
/** Largest piece of data in one frame. */
const DATA_PIECE = 32 * 1024;

/** What carries a session's bytes: a socket, or binary messages of a websocket. */
export interface SpdyTransport {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** One stream of a session, opened by the client. */
export class SpdyStream {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #session: SpdySession;
  #listener: ((chunk: Uint8Array | undefined) => void) | undefined;
  #early: (Uint8Array | undefined)[] = [];
  #finished = false;

  constructor(session: SpdySession, id: number, headers: SpdyHeaders) {
    this.#session = session;
    this.id = id;
    this.headers = headers;
  }

  /** Calls back with every piece of data, and once with undefined at the end. */
  onData(listener: (chunk: Uint8Array | undefined) => void): void {
    this.#listener = listener;
    for (const chunk of this.#early.splice(0)) listener(chunk);
  }

  write(chunk: Uint8Array): void {
    if (this.#finished) return;
    for (let start = 0; start < chunk.length; start += DATA_PIECE)
      this.#session.sendData(this.id, chunk.subarray(start, start + DATA_PIECE), false);
  }

  /** Says that no more data comes from here. */
  end(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#session.sendData(this.id, new Uint8Array(), true);
  }

  receive(chunk: Uint8Array | undefined): void {
    if (this.#listener) this.#listener(chunk);
    else this.#early.push(chunk);
  }
}

/**
 * The server's end of a SPDY/3.1 connection, as much of it as Kubernetes clients use: they open streams, both sides send
 * data, nobody controls the flow.
 */
export class SpdySession {
  readonly #transport: SpdyTransport;
  readonly #codec = new SpdyHeaderCodec();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #onClose: () => void;
  #buffer: Buffer = Buffer.alloc(0);
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(transport: SpdyTransport, onStream: (stream: SpdyStream) => void, onClose: () => void) {
    this.#transport = transport;
    this.#onStream = onStream;
    this.#onClose = onClose;
  }

  /** Takes bytes from the transport, in any pieces. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= 8) {
      const length = this.#buffer.readUIntBE(5, 3);
      if (length > LARGEST_FRAME) return this.close();
      if (this.#buffer.length < 8 + length) return;
      const frame = this.#buffer.subarray(0, 8 + length);
      this.#buffer = this.#buffer.subarray(8 + length);
      // Frames are handled one after the other, because header blocks are read asynchronously.
      this.#queue = this.#queue.then(() => this.#handle(frame)).catch(() => this.close());
    }
  }

  sendData(id: number, data: Uint8Array, fin: boolean): void {
    if (this.#closed) return;
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUInt32BE(data.length, 4);
    head[4] = fin ? FLAG_FIN : 0;
    this.#transport.write(Buffer.concat([head, data]));
  }

  /** Ends the connection and every stream of it. Harmless when it has ended. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of this.#streams.values()) stream.receive(undefined);
    this.#streams.clear();
    this.#codec.close();
    this.#transport.end();
    this.#onClose();
  }

  async #handle(frame: Buffer): Promise<void> {
    if (this.#closed) return;
    const first = frame.readUInt32BE(0);
    const flags = frame[4] ?? 0;
    if ((first & 0x80000000) === 0) {
      const stream = this.#streams.get(first);
      if (frame.length > 8) stream?.receive(frame.subarray(8));
      if ((flags & FLAG_FIN) !== 0) stream?.receive(undefined);
      return;
    }
    if (((first >>> 16) & 0x7fff) !== VERSION) return this.close();
    switch (first & 0xffff) {
      case SYN_STREAM:
        return await this.#open(frame, flags);
      case RST_STREAM: {
        const id = frame.readUInt32BE(8) & 0x7fffffff;
        this.#streams.get(id)?.receive(undefined);
        this.#streams.delete(id);
        return;
      }
      case PING:
        this.#transport.write(frame);
        return;
      default:
        return;
    }
  }

  async #open(frame: Buffer, flags: number): Promise<void> {
    const id = frame.readUInt32BE(8) & 0x7fffffff;
    if (this.#streams.size >= MOST_STREAMS) return this.close();
    const headers = await this.#codec.read(frame.subarray(18));
    if (this.#closed) return;
    const stream = new SpdyStream(this, id, headers);
    this.#streams.set(id, stream);
    const block = await this.#codec.write(new Map());
    const reply = Buffer.alloc(12);
    reply.writeUInt32BE((0x80000000 | (VERSION << 16) | SYN_REPLY) >>> 0, 0);
    reply.writeUInt32BE(4 + block.length, 4);
    reply.writeUInt32BE(id, 8);
    this.#transport.write(Buffer.concat([reply, block]));
    if ((flags & FLAG_FIN) !== 0) stream.receive(undefined);
    this.#onStream(stream);
  }
}
