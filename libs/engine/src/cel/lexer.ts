import { CelUint } from './values.js';
import { CelSyntaxError } from './syntax.js';

/** One word of an expression. */
export interface Token {
  readonly kind: 'name' | 'literal' | 'sign' | 'end';
  readonly text: string;
  readonly value?: unknown;
  readonly at: number;
}

const SPACE = /(?:[ \t\r\n\f]+|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const FLOAT = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y;
const WHOLE = /(?:0x[0-9a-fA-F]+|\d+)([uU]?)/y;
const QUOTED = /([rR]?[bB]?|[bB][rR])("""|'''|"|')/y;
const SIGN = /&&|\|\||==|!=|<=|>=|\?|[-+*/%!<>()[\]{}.,:]/y;
const ESCAPED_NAME = /`([A-Za-z0-9_.\-/ ]+)`/y;
const LARGEST_INT = 2n ** 63n;

const PLAIN_ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '?': '?',
};
const WIDTHS: Record<string, number> = { x: 2, X: 2, u: 4, U: 8 };

/** Cuts an expression into words. Throws a CelSyntaxError where there is none. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source) ?? undefined;
  };
  for (;;) {
    at += take(SPACE)?.[0].length ?? 0;
    if (at >= source.length) break;
    const quote = take(QUOTED);
    if (quote) {
      const [opening, prefix = '', mark = ''] = quote;
      const from = at + opening.length;
      const { value, end } = quoted(source, from, prefix.toLowerCase(), mark, at);
      tokens.push({ kind: 'literal', text: source.slice(at, end), value, at });
      at = end;
      continue;
    }
    const name = take(NAME);
    if (name) {
      tokens.push({ kind: 'name', text: name[0], at });
      at += name[0].length;
      continue;
    }
    const escaped = take(ESCAPED_NAME);
    if (escaped) {
      tokens.push({ kind: 'name', text: escaped[1] ?? '', value: 'escaped', at });
      at += escaped[0].length;
      continue;
    }
    const float = take(FLOAT);
    if (float) {
      tokens.push({ kind: 'literal', text: float[0], value: Number(float[0]), at });
      at += float[0].length;
      continue;
    }
    const whole = take(WHOLE);
    if (whole) {
      tokens.push({ kind: 'literal', text: whole[0], value: wholeNumber(whole, source, at), at });
      at += whole[0].length;
      continue;
    }
    const sign = take(SIGN);
    if (!sign)
      throw new CelSyntaxError(
        [{ problem: `Syntax error: token recognition error at: '${source.slice(at, at + 1)}'`, at }],
        source,
      );
    tokens.push({ kind: 'sign', text: sign[0], at });
    at += sign[0].length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: source.length });
  return tokens;
}

function wholeNumber([text, unsigned]: RegExpExecArray, source: string, at: number): bigint | CelUint {
  if (unsigned) {
    const value = BigInt(text.slice(0, -1));
    if (value >= 2n ** 64n) throw new CelSyntaxError([{ problem: 'invalid uint literal', at }], source);
    return new CelUint(value);
  }
  const value = BigInt(text);
  // The smallest int is written as the negative of what is one too large: the parser looks at that.
  if (value > LARGEST_INT) throw new CelSyntaxError([{ problem: 'invalid int literal', at }], source);
  return value;
}

function quoted(
  source: string,
  from: number,
  prefix: string,
  mark: string,
  at: number,
): { value: unknown; end: number } {
  const isRaw = prefix.includes('r');
  const isBytes = prefix.includes('b');
  const parts: (string | number)[] = [];
  let index = from;
  for (;;) {
    if (index >= source.length || (mark.length === 1 && /[\n\r]/.test(source[index] ?? '')))
      throw new CelSyntaxError(
        [{ problem: `Syntax error: token recognition error at: '${source.slice(at, index)}'`, at }],
        source,
      );
    if (source.startsWith(mark, index)) break;
    const letter = source[index] ?? '';
    if (letter !== '\\' || isRaw) {
      parts.push(letter);
      index += 1;
      continue;
    }
    const { part, length } = escape(source, index, isBytes);
    parts.push(part);
    index += length;
  }
  const end = index + mark.length;
  return { value: isBytes ? bytesOf(parts) : parts.join(''), end };
}

/** Letters and numbers of bytes, as bytes. Letters of two halves stand in two parts. */
function bytesOf(parts: readonly (string | number)[]): Uint8Array {
  const bytes: number[] = [];
  let text = '';
  for (const part of [...parts, '']) {
    if (typeof part === 'string' && part !== '') {
      text += part;
      continue;
    }
    for (const byte of Buffer.from(text, 'utf8')) bytes.push(byte);
    text = '';
    if (typeof part === 'number') bytes.push(part);
  }
  return Uint8Array.from(bytes);
}

function escape(source: string, at: number, isBytes: boolean): { part: string | number; length: number } {
  const letter = source[at + 1] ?? '';
  const plain = PLAIN_ESCAPES[letter];
  if (plain !== undefined && Object.hasOwn(PLAIN_ESCAPES, letter)) return { part: plain, length: 2 };
  const octal = /^[0-3][0-7]{2}/.exec(source.slice(at + 1, at + 4));
  const width = Object.hasOwn(WIDTHS, letter) ? (WIDTHS[letter] ?? 0) : 0;
  const digits = octal ? octal[0] : source.slice(at + 2, at + 2 + width);
  if (!octal && (width === 0 || !new RegExp(`^[0-9a-fA-F]{${width}}$`).test(digits)))
    throw new CelSyntaxError(
      [{ problem: `Syntax error: token recognition error at: '${source.slice(at, at + 2)}'`, at }],
      source,
    );
  const code = parseInt(digits, octal ? 8 : 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new CelSyntaxError([{ problem: 'invalid unicode code point', at }], source);
  const isByte = isBytes && (octal !== null || letter === 'x' || letter === 'X');
  return { part: isByte ? code : String.fromCodePoint(code), length: octal ? 4 : 2 + width };
}
