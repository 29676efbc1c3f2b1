import { DecodedTexts } from './decoded-texts.js';

/** Drops the byte order mark some editors put in front. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

const decoded = new DecodedTexts();

/** Text of a file: the same object for the same bytes, as long as it is remembered. */
export function decodeText(bytes: Uint8Array): string {
  return decoded.get(bytes);
}
