import { stringBytes } from './go-strings.js';

const SHORT_ESCAPES = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [34, '\\"'],
  [92, '\\\\'],
]);

const NOT_PRINTABLE = /[\p{C}\p{Z}]/u;

/** unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(char: string): boolean {
  return char === ' ' || !NOT_PRINTABLE.test(char);
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** strconv.Quote (or QuoteToASCII). */
export function goQuote(text: string, asciiOnly = false): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const short = SHORT_ESCAPES.get(code);
    if (short !== undefined) out += short;
    else if (code >= 0x20 && code < 0x7f) out += char;
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${hex(code - 0xdc00, 2)}`;
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`;
    else if (!asciiOnly && isPrintable(char)) out += char;
    else out += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return `${out}"`;
}

/** strconv.QuoteRune. */
export function goQuoteRune(code: number, asciiOnly = false): string {
  const char = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  return `'${goQuote(char, asciiOnly).slice(1, -1)}'`;
}

/** Bytes in hexadecimal, as `%x` prints a string. */
export function hexBytes(bytes: Uint8Array, upper = false, separator = ''): string {
  const text = Array.from(bytes, (byte) => hex(byte, 2)).join(separator);
  return upper ? text.toUpperCase() : text;
}

const SIMPLE_UNESCAPES: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** strconv.Unquote of a Go string, raw string or character literal; undefined when its syntax is wrong. */
export function goUnquote(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || quote === undefined || quote !== literal.at(-1)) return undefined;
  const body = literal.slice(1, -1);
  if (quote === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (quote !== '"' && quote !== "'") return undefined;
  // Nearly all texts are so, and reading characters one by one is slow in code that runs once.
  if (!body.includes('\\') && !body.includes(quote) && !body.includes('\n')) return body;
  const bytes: number[] = [];
  let plain = '';
  const flush = (): void => {
    if (bytes.length > 0) plain += decodeEscapedBytes(bytes.splice(0));
  };
  let index = 0;
  while (index < body.length) {
    const char = body[index] ?? '';
    if (char === quote || char === '\n') return undefined;
    if (char !== '\\') {
      flush();
      plain += char;
      index++;
      continue;
    }
    const kind = body[index + 1];
    if (kind === undefined) return undefined;
    const simple = SIMPLE_UNESCAPES[kind];
    if (simple !== undefined || kind === quote) {
      flush();
      plain += simple ?? kind;
      index += 2;
      continue;
    }
    const [length, radix, start] = escapeShape(kind);
    const digits = body.slice(index + start, index + start + length);
    if (length === 0 || digits.length !== length || !isNumeral(digits, radix)) return undefined;
    const code = Number.parseInt(digits, radix);
    index += start + length;
    if (kind === 'u' || kind === 'U') {
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
      flush();
      plain += String.fromCodePoint(code);
    } else {
      if (code > 255) return undefined;
      bytes.push(code);
    }
  }
  flush();
  return plain;
}

function escapeShape(kind: string): [length: number, radix: number, start: number] {
  if (kind === 'x') return [2, 16, 2];
  if (kind === 'u') return [4, 16, 2];
  if (kind === 'U') return [8, 16, 2];
  return kind >= '0' && kind <= '7' ? [3, 8, 1] : [0, 0, 0];
}

function isNumeral(digits: string, radix: number): boolean {
  return radix === 16 ? /^[0-9a-fA-F]+$/.test(digits) : /^[0-7]+$/.test(digits);
}

function decodeEscapedBytes(bytes: number[]): string {
  const buffer = Uint8Array.from(bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(buffer);
  if (Buffer.compare(stringBytes(text), buffer) === 0) return text;
  return bytes.map((byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}
