/* Writes DER (ITU-T X.690), as much of it as certificates need. */

/** One value: tag, length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => der(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Buffer => der(0x31, ...items);
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), bytes);
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
export const utf8String = (text: string): Buffer => der(0x0c, Buffer.from(text));
/** An implicitly tagged primitive value of a context. */
export const context = (number: number, bytes: Uint8Array): Buffer => der(0x80 | number, bytes);
/** An explicitly tagged value of a context. */
export const explicit = (number: number, value: Uint8Array): Buffer => der(0xa0 | number, value);

/** A non-negative integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return ((trimmed[0] ?? 0) & 0x80) === 0 ? der(0x02, trimmed) : der(0x02, Buffer.from([0]), trimmed);
}

/** An object identifier such as `2.5.4.3`. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const groups = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

/** `YYMMDDHHMMSSZ` until 2049, with four digits of the year after (RFC 5280, 4.1.2.5). */
export function time(text: string): Buffer {
  const digits = text.replaceAll(/[-:T]/g, '').slice(0, 14);
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** One DER value. */
export interface DerElement {
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The DER values that follow each other in some bytes. Throws RangeError when they are cut off. */
export function readDer(bytes: Buffer | undefined): DerElement[] {
  const found: DerElement[] = [];
  for (let start = 0; bytes && start < bytes.length;) {
    let length = bytes.readUInt8(start + 1);
    let head = 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4) throw new RangeError('the length of a DER value is not readable');
      length = bytes.readUIntBE(start + 2, count);
      head += count;
    }
    const end = start + head + length;
    if (end > bytes.length) throw new RangeError('a DER value is cut off');
    found.push({ whole: bytes.subarray(start, end), content: bytes.subarray(start + head, end) });
    start = end;
  }
  return found;
}
