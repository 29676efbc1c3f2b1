const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Lone surrogates that carry bytes which are not UTF-8. */
const ESCAPED_BYTE = /[\udc80-\udcff]/;
// eslint-disable-next-line no-control-regex -- all of ASCII is meant
const ASCII = /^[\u0000-\u007f]*$/;

/** The characters of a text, by code point. */
export function runes(text: string): string[] {
  return Array.from(text);
}

/** True when every character is one byte. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** True when the text carries bytes that are not UTF-8. */
export function hasCarriedBytes(text: string): boolean {
  return !text.isWellFormed() && ESCAPED_BYTE.test(text);
}

/** The bytes of a Go string. */
export function stringBytes(text: string): Uint8Array {
  if (!hasCarriedBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** A Go string of these bytes; what is not UTF-8 is kept byte for byte. */
export function bytesString(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

function decodeLossless(bytes: Uint8Array): string {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes[index] ?? 0);
    const slice = bytes.subarray(index, index + length);
    let piece: string | undefined;
    if (length > 0 && slice.length === length) {
      try {
        piece = strictDecoder.decode(slice);
      } catch {
        piece = undefined;
      }
    }
    if (piece === undefined) {
      text += String.fromCharCode(0xdc00 + (bytes[index] ?? 0));
      index++;
    } else {
      text += piece;
      index += length;
    }
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

/** Length in bytes, Go's `len`. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : stringBytes(text).length;
}

/** `text[start:end]` in bytes; may cut a character, as Go's slicing does. */
export function byteSlice(text: string, start: number, end?: number): string {
  if (isAscii(text)) return text.slice(start, end);
  return bytesString(stringBytes(text).subarray(start, end));
}

/** Go's string order: by bytes, which for valid text is by code point. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : 1;
  return Buffer.compare(stringBytes(a), stringBytes(b));
}

/** Keys of a map in the order Go's templates walk it. */
export function sortedKeys(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].sort(compareStrings);
}

/** Replaces carried bytes by U+FFFD, as an encoder of text does. */
export function toValidUtf8(text: string): string {
  return hasCarriedBytes(text) ? new TextDecoder().decode(stringBytes(text)) : text;
}
