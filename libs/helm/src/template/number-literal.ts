import { runes } from './go-strings.js';
import { goQuote, goUnquote } from './go-quote.js';

/** What a number literal can stand for. */
export interface NumberLiteral {
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: string | undefined;
  readonly looksFloat: boolean;
}

const MAX_INT64 = (1n << 63n) - 1n;
const MAX_UINT64 = (1n << 64n) - 1n;

/** Reads an integer in Go's base-0 syntax (`0x`, `0o`, `0b`, leading `0`, underscores); undefined when it is none. */
export function parseGoInteger(text: string): bigint | undefined {
  const match =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0[bB]_?[01]+(?:_[01]+)*|0_?[0-7]+(?:_[0-7]+)*|0|[1-9][0-9]*(?:_[0-9]+)*)$/.exec(
      text,
    );
  if (!match) return undefined;
  let digits = (match[2] ?? '').replaceAll('_', '');
  if (/^0[0-7]/.test(digits)) digits = `0o${digits.slice(1)}`;
  const value = BigInt(digits.toLowerCase());
  return match[1] === '-' ? -value : value;
}

/** strconv.ParseFloat of decimal and hexadecimal floats; undefined when the syntax is wrong. */
export function parseGoFloat(text: string): number | undefined {
  const clean = text.replaceAll('_', '');
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(clean)) {
    const value = Number(clean);
    return Number.isFinite(value) ? value : undefined;
  }
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(clean);
  if (!hex || `${hex[2]}${hex[3]}` === '') return undefined;
  const mantissa = Number.parseInt(`${hex[2]}${hex[3]}`, 16);
  const value = mantissa * 2 ** (Number(hex[4]) - 4 * (hex[3] ?? '').length);
  return hex[1] === '-' ? -value : value;
}

/** Reads a number or character literal; a string is the error's text. */
export function parseNumberLiteral(text: string): NumberLiteral | string {
  if (text.startsWith("'")) {
    const char = goUnquote(text);
    const chars = char === undefined ? [] : runes(char);
    if (chars.length !== 1)
      return char === undefined ? 'invalid syntax' : `malformed character constant: ${text}`;
    const code = chars[0]?.codePointAt(0) ?? 0;
    return whole(BigInt(code), false);
  }
  if (text.endsWith('i')) {
    const imaginary = /^(.*?)([+-]?[^+-]*)i$/.exec(text);
    return {
      int: undefined,
      uint: undefined,
      float: undefined,
      complex: `(${imaginary?.[1] || '0'}${/^[+-]/.test(imaginary?.[2] ?? '') ? '' : '+'}${imaginary?.[2] ?? ''}i)`,
      looksFloat: false,
    };
  }
  const isHexInteger = /^0[xX]/.test(text) && !/[pP]/.test(text);
  const looksFloat = !isHexInteger && /[.eEpP]/.test(text);
  const integer = parseGoInteger(text);
  if (integer !== undefined && integer >= -MAX_INT64 - 1n && integer <= MAX_UINT64)
    return whole(integer, looksFloat);
  const float = parseGoFloat(text);
  if (float === undefined) return `illegal number syntax: ${goQuote(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${goQuote(text)}`;
  if (!Number.isInteger(float))
    return { int: undefined, uint: undefined, float, complex: undefined, looksFloat };
  return { ...whole(BigInt(float), looksFloat), float };
}

function whole(value: bigint, looksFloat: boolean): NumberLiteral {
  return {
    int: value <= MAX_INT64 && value >= -MAX_INT64 - 1n ? value : undefined,
    uint: value >= 0n && value <= MAX_UINT64 ? value : undefined,
    float: Number(value),
    complex: undefined,
    looksFloat,
  };
}
