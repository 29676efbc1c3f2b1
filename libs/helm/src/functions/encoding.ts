import { bytesString, stringBytes } from '../template/go-strings.js';
import { define, type FunctionTable } from './signature.js';

/** Decodes standard base64 as Go does: line breaks are skipped, anything else wrong is an error naming the byte. */
export function decodeBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, '');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean))
    return Buffer.from(clean, 'base64');
  throw new Error(`illegal base64 data at input byte ${badBase64Byte(text)}`);
}

function badBase64Byte(text: string): number {
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\r' || char === '\n') continue;
    if (/[A-Za-z0-9+/]/.test(char)) {
      digits++;
      continue;
    }
    if (char !== '=' || digits % 4 < 2) return index;
    // Padding: two `=` after two digits, one after three, and nothing behind.
    let at = index + 1;
    const skip = (): void => {
      while (text[at] === '\r' || text[at] === '\n') at++;
    };
    skip();
    if (digits % 4 === 2) {
      if (at >= text.length) return text.length;
      if (text[at] !== '=') return at - 1;
      at++;
      skip();
    }
    return at < text.length ? at : text.length;
  }
  return text.length - (text.replace(/[\r\n]/g, '').length % 4);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encodeBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let out = '';
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += BASE32[(held >> bits) & 31] ?? '';
    }
  }
  if (bits > 0) out += BASE32[(held << (5 - bits)) & 31] ?? '';
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function decodeBase32(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, '');
  const match = /^([A-Z2-7]*)(=*)$/.exec(clean);
  const digits = match?.[1] ?? '';
  if (!match || clean.length % 8 !== 0 || ![0, 1, 3, 4, 6].includes(match[2]?.length ?? 0)) {
    const bad = clean.search(/[^A-Z2-7=]/);
    throw new Error(
      `illegal base32 data at input byte ${bad >= 0 ? bad : clean.length - (clean.length % 8)}`,
    );
  }
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    held = ((held << 5) | BASE32.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return Uint8Array.from(bytes);
}

function orMessage(action: () => Uint8Array): string {
  try {
    return bytesString(action());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Sprig's encodings. Decoders return the error's text instead of failing. */
export const encodingFunctions: FunctionTable = {
  b64enc: define('string', (text) => Buffer.from(stringBytes(text)).toString('base64')),
  b64dec: define('string', (text) => orMessage(() => decodeBase64(text))),
  b32enc: define('string', (text) => encodeBase32(stringBytes(text))),
  b32dec: define('string', (text) => orMessage(() => decodeBase32(text))),
};
