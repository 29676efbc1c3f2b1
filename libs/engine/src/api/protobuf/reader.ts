import { badRequest } from '../api-error.js';

/** Reads the protobuf wire format. Every read is checked against the end, so truncated bytes are refused, never read past. */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  #position: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** The next field's number and wire type. */
  tag(): { number: number; wire: number } {
    const tag = Number(this.varint());
    return { number: tag >>> 3, wire: tag & 7 };
  }

  /** A varint as an unsigned 64-bit integer. */
  varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, result);
    }
    throw malformed('a varint is longer than 10 bytes');
  }

  /** A varint as a signed integer. Values beyond 2^53 lose digits, as they would in JSON. */
  integer(): number {
    const first = this.#bytes[this.#position];
    if (first !== undefined && first < 0x80 && this.#position < this.#end) {
      this.#position++;
      return first;
    }
    return Number(BigInt.asIntN(64, this.varint()));
  }

  double(): number {
    this.#need(8);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#position, 8);
    this.#position += 8;
    return view.getFloat64(0, true);
  }

  /** A length-delimited field's bytes, shared with the input. */
  bytes(): Uint8Array {
    const length = this.integer();
    if (length < 0) throw malformed('a length is negative');
    this.#need(length);
    const slice = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += length;
    return slice;
  }

  /** Passes over a field that is not known. */
  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 2) this.bytes();
    else if (wire === 1 || wire === 5) {
      const size = wire === 1 ? 8 : 4;
      this.#need(size);
      this.#position += size;
    } else throw malformed(`wire type ${wire} is not used`);
  }

  #byte(): number {
    const byte = this.#position < this.#end ? this.#bytes[this.#position++] : undefined;
    if (byte === undefined) throw malformed('unexpected EOF');
    return byte;
  }

  #need(length: number): void {
    if (length > this.#end - this.#position) throw malformed('unexpected EOF');
  }
}

/** 400 for bytes that are not the message they claim to be. */
export function malformed(why: string): Error {
  return badRequest(why);
}
