import { goQuote, isPrintable } from './go-quote.js';
import type { TemplateSource } from './source.js';
import type { Token, TokenType } from './tokens.js';

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);
const LEFT = '{{';
const RIGHT = '}}';
const ALPHANUMERIC = /[\p{L}\p{Nd}_]/u;
// Charts are often parsed once per process, where patterns are many times as fast as loops.
const SPACES = /[ \t\r\n]*/y;
const ASCII_WORD = /[A-Za-z0-9_]*/y;
const PLAIN_TEXT = /[^"\\\n]*"/y;
const FIELDS = /(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?=[ \t\r\n,|:)(]|\}\})/y;

/** A letter, digit or underscore of ASCII. */
function isAsciiWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f
  );
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

/** Where what a sticky pattern matches ends. It can match nothing, so it always matches. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Where the next line break is; far away when there is none. */
function breakFrom(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** Where the blanks before `end` begin. */
function blankStart(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text[at - 1])) at--;
  return at;
}

/** Splits a template into tokens: plain text outside `{{ }}`, Go's tokens inside. */
export class Lexer {
  readonly #text: string;
  #position = 0;
  /** The end of the last left delimiter, before its trim marker. */
  #leftEnd = 0;
  /** The line of the last token, and where the first break behind its start is. */
  #line = 1;
  #nextBreak: number;
  #inside = false;
  #parens = 0;
  #failed = false;

  constructor(source: TemplateSource) {
    this.#text = source.text;
    this.#nextBreak = breakFrom(source.text, 0);
  }

  /** The next token; after an error or the end, the same again. */
  next(): Token {
    if (this.#failed) return this.#token('eof', this.#position, 'EOF');
    return this.#inside ? this.#action() : this.#outside();
  }

  /** Where the next token begins. */
  get position(): number {
    return this.#position;
  }

  /** What stands between the left delimiter just read and the next right one. */
  actionText(): string | undefined {
    const start = this.#leftEnd;
    const end = this.#text.indexOf(RIGHT, start);
    return end < 0 ? undefined : this.#text.slice(start, end);
  }

  /** Passes over that, and gives the right delimiter. */
  skipAction(): Token {
    const end = this.#text.indexOf(RIGHT, this.#leftEnd);
    this.#position = end;
    if (this.#text[end - 1] !== '-' || !isSpace(this.#text[end - 2])) return this.#closeAction(2);
    this.#position -= 2;
    return this.#closeAction(4);
  }

  /** The names of the fields here, when they are followed by what may follow fields; tokens are the other way to read them. */
  takeFields(): string[] | undefined {
    if (this.#text[this.#position] !== '.') return undefined;
    const start = this.#position;
    FIELDS.lastIndex = start;
    if (!this.#inside || !FIELDS.test(this.#text)) return undefined;
    this.#position = FIELDS.lastIndex;
    return this.#text.slice(start + 1, this.#position).split('.');
  }

  #token(type: TokenType, start: number, value = this.#text.slice(start, this.#position)): Token {
    while (this.#nextBreak < start) {
      this.#line++;
      this.#nextBreak = breakFrom(this.#text, this.#nextBreak + 1);
    }
    return { type, value, position: start, line: this.#line };
  }

  #error(start: number, message: string): Token {
    this.#failed = true;
    return this.#token('error', start, message);
  }

  #outside(): Token {
    const text = this.#text;
    for (;;) {
      const start = this.#position;
      const open = text.indexOf(LEFT, start);
      if (open < 0) {
        this.#position = text.length;
        return this.#token(start < text.length ? 'text' : 'eof', start);
      }
      const trims = text[open + 2] === '-' && isSpace(text[open + 3]);
      if (open > start) {
        const value = trims ? text.slice(start, blankStart(text, start, open)) : text.slice(start, open);
        this.#position = open;
        if (value !== '') return this.#token('text', start, value);
      }
      const body = open + 2 + (trims ? 2 : 0);
      if (!text.startsWith('/*', body)) {
        this.#position = open + 2;
        this.#leftEnd = open + 2;
        const token = this.#token('left delimiter', open);
        this.#position = body;
        this.#inside = true;
        this.#parens = 0;
        return token;
      }
      const failure = this.#skipComment(body);
      if (failure) return failure;
    }
  }

  #skipComment(start: number): Token | undefined {
    const close = this.#text.indexOf('*/', start + 2);
    if (close < 0) return this.#error(start, 'unclosed comment');
    this.#position = close + 2;
    const right = this.#rightDelimiter();
    if (right === 0) return this.#error(start, 'comment ends before closing delimiter');
    this.#position += right;
    if (right > 2) this.#skipSpace();
    return undefined;
  }

  /** Length of the right delimiter here with its trim marker: 0 when there is none. */
  #rightDelimiter(at = this.#position): number {
    const text = this.#text;
    if (text.startsWith(RIGHT, at)) return 2;
    return isSpace(text[at]) && text[at + 1] === '-' && text.startsWith(RIGHT, at + 2) ? 4 : 0;
  }

  #skipSpace(): void {
    this.#position = endOf(SPACES, this.#text, this.#position);
  }

  #closeAction(length: number): Token {
    const start = this.#position + length - 2;
    this.#position += length;
    const token = this.#token('right delimiter', start);
    if (length > 2) this.#skipSpace();
    this.#inside = false;
    return token;
  }

  #action(): Token {
    const start = this.#position;
    const code = this.#text.codePointAt(start);
    if (code === undefined) return this.#error(start, 'unclosed action');
    if (isAsciiWord(code) && (code < 0x30 || code > 0x39)) return this.#identifier(start);
    const right = this.#rightDelimiter();
    if (right > 0) {
      if (this.#parens > 0) return this.#error(start, 'unclosed left paren');
      return this.#closeAction(right);
    }
    const char = String.fromCodePoint(code);
    if (isSpace(char)) return this.#space();
    this.#position += char.length;
    switch (char) {
      case '=':
        return this.#token('assign', start);
      case ':':
        if (this.#text[this.#position] !== '=') return this.#error(start, 'expected :=');
        this.#position++;
        return this.#token('declare', start);
      case '|':
        return this.#token('pipe', start);
      case '"':
        return this.#quoted(start, '"', 'string', 'unterminated quoted string');
      case '`':
        return this.#rawString(start);
      case "'":
        return this.#quoted(start, "'", 'character', 'unterminated character constant');
      case '$':
        return this.#fieldOrVariable(start, 'variable');
      case '(':
        this.#parens++;
        return this.#token('left paren', start);
      case ')':
        if (--this.#parens < 0) return this.#error(start, 'unexpected right paren');
        return this.#token('right paren', start);
      default:
    }
    const following = this.#text[this.#position] ?? '';
    if (char === '.' && !(following >= '0' && following <= '9')) return this.#fieldOrVariable(start, 'field');
    if (char === '.' || char === '+' || char === '-' || (char >= '0' && char <= '9'))
      return this.#number(start);
    if (ALPHANUMERIC.test(char)) return this.#identifier(start);
    if (code < 0x7f && code >= 0x20) return this.#token('char', start);
    return this.#error(start, `unrecognized character in action: ${unicodeName(char)}`);
  }

  #space(): Token {
    const start = this.#position;
    this.#skipSpace();
    // A trim-marked delimiter begins with a space, which belongs to it.
    if (this.#rightDelimiter(this.#position - 1) === 4) {
      this.#position--;
      if (this.#position === start) return this.#closeAction(4);
    }
    return this.#token('space', start);
  }

  #takeWord(): void {
    this.#position = endOf(ASCII_WORD, this.#text, this.#position);
    for (;;) {
      const code = this.#text.codePointAt(this.#position);
      if (code !== undefined && code < 0x80 && !isAsciiWord(code)) return;
      if (code === undefined) return;
      const char = String.fromCodePoint(code);
      if (!ALPHANUMERIC.test(char)) return;
      this.#position += char.length;
    }
  }

  #atTerminator(): boolean {
    const char = this.#text[this.#position];
    if (char === undefined || isSpace(char) || '.,|:)('.includes(char)) return true;
    return this.#text.startsWith(RIGHT, this.#position);
  }

  #badCharacter(start: number): Token {
    const code = this.#text.codePointAt(this.#position) ?? 0;
    return this.#error(start, `bad character ${unicodeName(String.fromCodePoint(code))}`);
  }

  #fieldOrVariable(start: number, type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#token(type === 'field' ? 'dot' : 'variable', start);
    this.#takeWord();
    return this.#atTerminator() ? this.#token(type, start) : this.#badCharacter(start);
  }

  #identifier(start: number): Token {
    this.#takeWord();
    const word = this.#text.slice(start, this.#position);
    if (!this.#atTerminator()) return this.#badCharacter(start);
    if (KEYWORDS.has(word)) return this.#token('keyword', start);
    return this.#token(word === 'true' || word === 'false' ? 'bool' : 'identifier', start);
  }

  #quoted(start: number, quote: string, type: 'string' | 'character', failure: string): Token {
    PLAIN_TEXT.lastIndex = this.#position;
    if (type === 'string' && PLAIN_TEXT.test(this.#text)) {
      this.#position = PLAIN_TEXT.lastIndex;
      return this.#token(type, start);
    }
    for (;;) {
      const char = this.#text[this.#position++];
      if (char === quote) return this.#token(type, start);
      const escaped = char === '\\' ? this.#text[this.#position++] : undefined;
      if (
        char === undefined ||
        char === '\n' ||
        (char === '\\' && (escaped === undefined || escaped === '\n'))
      ) {
        return this.#error(start, failure);
      }
    }
  }

  #rawString(start: number): Token {
    const close = this.#text.indexOf('`', this.#position);
    if (close < 0) return this.#error(start, 'unterminated raw quoted string');
    this.#position = close + 1;
    return this.#token('raw string', start);
  }

  #number(start: number): Token {
    this.#position = start;
    if (!this.#scanNumber()) return this.#badNumber(start);
    const sign = this.#text[this.#position];
    if (sign !== '+' && sign !== '-') return this.#token('number', start);
    if (!this.#scanNumber() || this.#text[this.#position - 1] !== 'i') return this.#badNumber(start);
    return this.#token('complex', start);
  }

  #badNumber(start: number): Token {
    return this.#error(start, `bad number syntax: ${goQuote(this.#text.slice(start, this.#position))}`);
  }

  #scanNumber(): boolean {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = this.#position;
    pattern.exec(this.#text);
    this.#position = pattern.lastIndex;
    const code = this.#text.codePointAt(this.#position);
    if (code === undefined || !ALPHANUMERIC.test(String.fromCodePoint(code))) return true;
    this.#position++;
    return false;
  }
}

function unicodeName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(char) ? `U+${code} '${char}'` : `U+${code}`;
}
