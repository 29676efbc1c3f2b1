import { goQuote, isPrintable } from './go-quote.js';
import type { TokenType } from './tokens.js';

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
const LONGEST_KEYWORD = 'continue'.length;
const LEFT = '{{';
const RIGHT = '}}';
const MINUS = 0x2d;
const ALPHANUMERIC = /[\p{L}\p{Nd}_]/u;
// Charts are often parsed once per process, where patterns are many times as fast as loops. These are what nearly all
// tokens are; what they don't match is read character by character, as Go does it.
const SPACES = /[ \t\r\n]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?=[ \t\r\n.,|:)(]|\}\})/y;
const FIELDS = /(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?=[ \t\r\n,|:)(]|\}\})/y;
const FIELDS_RUN = /[.A-Za-z0-9_]*/y;
const VARIABLE = /\$[A-Za-z0-9_]*(?=[ \t\r\n.,|:)(]|\}\})/y;
const PLAIN_STRING = /"[^"\\\n]*"/y;
const ASCII_WORD = /[A-Za-z0-9_]*/y;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** Unlike a pattern's `\s`, blanks of other scripts are none. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Splits a template into tokens: plain text outside `{{ }}`, Go's tokens inside. It is read one token at a time, and what
 * was read last stands in its fields: templates have too many tokens to make an object of each.
 */
export class Lexer {
  readonly #text: string;
  /** What was read last. After an error or the end it stays so. */
  type: TokenType = 'eof';
  /** UTF-16 offsets of it. The right delimiter's is that of its braces, whatever trims before. */
  start = 0;
  end = 0;
  /** Whether blanks stood before it. */
  spaced = false;
  /** What is wrong, after an error. */
  #failure = '';
  /** Where a text ends that is trimmed, after a text. */
  #textEnd = 0;
  #parens = 0;
  /** Up to here fields are read one by one: what follows them is no end of any, and looking for it again would add up. */
  #noFieldsBefore = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What was read last, as it is written; delimiters without what they trim. */
  get value(): string {
    if (this.type === 'error') return this.#failure;
    if (this.type === 'left delimiter') return LEFT;
    if (this.type === 'right delimiter') return RIGHT;
    return this.#text.slice(this.start, this.type === 'text' ? this.#textEnd : this.end);
  }

  /** Reads what stands outside of delimiters: a text, a left delimiter or the end. Comments are passed over. */
  readOutside(): TokenType {
    const text = this.#text;
    for (;;) {
      const start = this.end;
      const open = text.indexOf(LEFT, start);
      if (open < 0) {
        this.#textEnd = text.length;
        return this.#take(start < text.length ? 'text' : 'eof', start, text.length);
      }
      const trims = text.charCodeAt(open + 2) === MINUS && isSpace(text.charCodeAt(open + 3));
      if (open > start) {
        let textEnd = open;
        if (trims) while (textEnd > start && isSpace(text.charCodeAt(textEnd - 1))) textEnd--;
        this.end = open;
        this.#textEnd = textEnd;
        if (textEnd > start) return this.#take('text', start, open);
      }
      const body = open + 2 + (trims ? 2 : 0);
      if (!text.startsWith('/*', body)) {
        this.#parens = 0;
        return this.#take('left delimiter', open, body);
      }
      if (!this.#skipComment(body)) return this.type;
    }
  }

  /** What stands between the left delimiter just read, before its trim marker, and the next right one. */
  actionText(): string | undefined {
    const start = this.start + 2;
    const end = this.#text.indexOf(RIGHT, start);
    return end < 0 ? undefined : this.#text.slice(start, end);
  }

  /** Passes over that and its right delimiter. */
  skipAction(length: number): void {
    const braces = this.start + 2 + length;
    const trims = this.#text.charCodeAt(braces - 1) === MINUS && isSpace(this.#text.charCodeAt(braces - 2));
    this.#closeAction(braces, trims);
  }

  /** Whether a field follows at once. */
  get isBeforeDot(): boolean {
    return this.#text.charCodeAt(this.end) === 0x2e;
  }

  /** What follows a variable that is declared or assigned, alone or as one of several. */
  signBehind(): ':=' | '=' | ',' | undefined {
    const text = this.#text;
    let at = this.end;
    while (isSpace(text.charCodeAt(at))) at++;
    const code = text.charCodeAt(at);
    if (code === 0x3d) return '=';
    if (code === 0x2c) return ',';
    return code === 0x3a && text.charCodeAt(at + 1) === 0x3d ? ':=' : undefined;
  }

  /** Reads the next token of an action. */
  readInside(): TokenType {
    if (this.type === 'error') return 'error';
    const text = this.#text;
    let start = this.end;
    let code = text.charCodeAt(start);
    this.spaced = isSpace(code);
    if (this.spaced) {
      SPACES.lastIndex = start;
      SPACES.test(text);
      start = SPACES.lastIndex;
      code = text.charCodeAt(start);
    }
    switch (code) {
      case 0x2e: // .
        if (isDigit(text.charCodeAt(start + 1))) return this.#number(start);
        return this.#fields(start);
      case 0x24: // $
        if (this.#matches(VARIABLE, start)) return this.#take('variable', start, VARIABLE.lastIndex);
        return this.#fieldOrVariable(start, 'variable');
      case 0x22: // "
        if (this.#matches(PLAIN_STRING, start)) return this.#take('string', start, PLAIN_STRING.lastIndex);
        return this.#quoted(start, code, 'string', 'unterminated quoted string');
      case 0x27: // '
        return this.#quoted(start, code, 'character', 'unterminated character constant');
      case 0x60: // `
        return this.#rawString(start);
      case 0x28: // (
        this.#parens++;
        return this.#take('left paren', start, start + 1);
      case 0x29: // )
        if (--this.#parens < 0) return this.#error(start, 'unexpected right paren');
        return this.#take('right paren', start, start + 1);
      case 0x7c: // |
        return this.#take('pipe', start, start + 1);
      case 0x3d: // =
        return this.#take('assign', start, start + 1);
      case 0x3a: // :
        if (text.charCodeAt(start + 1) !== 0x3d) return this.#error(start, 'expected :=');
        return this.#take('declare', start, start + 2);
      case 0x7d: // }
        if (!text.startsWith(RIGHT, start)) break;
        return this.#right(start, false);
      case MINUS:
        if (this.spaced && text.startsWith(RIGHT, start + 1)) return this.#right(start + 1, true);
        return this.#number(start);
      case 0x2b: // +
        return this.#number(start);
      default:
        if (isDigit(code)) return this.#number(start);
        if (this.#matches(WORD, start)) return this.#word(start, WORD.lastIndex);
    }
    return this.#other(start);
  }

  #fields(start: number): TokenType {
    if (start >= this.#noFieldsBefore) {
      if (this.#matches(FIELDS, start)) return this.#take('field', start, FIELDS.lastIndex);
      this.#matches(FIELDS_RUN, start);
      this.#noFieldsBefore = FIELDS_RUN.lastIndex;
    }
    return this.#fieldOrVariable(start, 'field');
  }

  #matches(pattern: RegExp, start: number): boolean {
    pattern.lastIndex = start;
    return pattern.test(this.#text);
  }

  #take(type: TokenType, start: number, end: number): TokenType {
    this.type = type;
    this.start = start;
    this.end = end;
    return type;
  }

  #error(start: number, message: string): 'error' {
    this.#failure = message;
    this.#take('error', start, start);
    return 'error';
  }

  /** Passes over a comment and the blanks that its delimiter trims; false when it does not end as it should. */
  #skipComment(start: number): boolean {
    const text = this.#text;
    const close = text.indexOf('*/', start + 2);
    if (close < 0) {
      this.#error(start, 'unclosed comment');
      return false;
    }
    const end = close + 2;
    const trims = isSpace(text.charCodeAt(end)) && text.charCodeAt(end + 1) === MINUS;
    const braces = trims ? end + 2 : end;
    if (!text.startsWith(RIGHT, braces)) {
      this.#error(start, 'comment ends before closing delimiter');
      return false;
    }
    this.#closeAction(braces, trims);
    return true;
  }

  #right(braces: number, trims: boolean): TokenType {
    if (this.#parens > 0) return this.#error(trims ? braces - 2 : braces, 'unclosed left paren');
    return this.#closeAction(braces, trims);
  }

  #closeAction(braces: number, trims: boolean): TokenType {
    let end = braces + 2;
    if (trims && this.#matches(SPACES, end)) end = SPACES.lastIndex;
    return this.#take('right delimiter', braces, end);
  }

  #word(start: number, end: number): TokenType {
    if (end - start <= LONGEST_KEYWORD) {
      const word = this.#text.slice(start, end);
      if (KEYWORDS.has(word)) return this.#take('keyword', start, end);
      if (word === 'true' || word === 'false') return this.#take('bool', start, end);
    }
    return this.#take('identifier', start, end);
  }

  /** What is rare: letters of other scripts, and what belongs nowhere. */
  #other(start: number): TokenType {
    const code = this.#text.codePointAt(start);
    if (code === undefined) return this.#error(start, 'unclosed action');
    const char = String.fromCodePoint(code);
    if (ALPHANUMERIC.test(char)) {
      const end = this.#wordEnd(start);
      return this.#atTerminator(end) ? this.#word(start, end) : this.#badCharacter(start, end);
    }
    if (code < 0x7f && code >= 0x20) return this.#take('char', start, start + 1);
    return this.#error(start, `unrecognized character in action: ${unicodeName(char)}`);
  }

  #fieldOrVariable(start: number, type: 'field' | 'variable'): TokenType {
    if (this.#atTerminator(start + 1))
      return this.#take(type === 'field' ? 'dot' : 'variable', start, start + 1);
    const end = this.#wordEnd(start + 1);
    return this.#atTerminator(end) ? this.#take(type, start, end) : this.#badCharacter(start, end);
  }

  #wordEnd(start: number): number {
    let at = start;
    for (;;) {
      ASCII_WORD.lastIndex = at;
      ASCII_WORD.test(this.#text);
      at = ASCII_WORD.lastIndex;
      const code = this.#text.codePointAt(at);
      if (code === undefined || code < 0x80) return at;
      const char = String.fromCodePoint(code);
      if (!ALPHANUMERIC.test(char)) return at;
      at += char.length;
    }
  }

  #atTerminator(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return (
      Number.isNaN(code) ||
      isSpace(code) ||
      '.,|:)('.includes(this.#text[at] ?? '') ||
      this.#text.startsWith(RIGHT, at)
    );
  }

  #badCharacter(start: number, at: number): TokenType {
    const code = this.#text.codePointAt(at) ?? 0;
    return this.#error(start, `bad character ${unicodeName(String.fromCodePoint(code))}`);
  }

  #quoted(start: number, quote: number, type: 'string' | 'character', failure: string): TokenType {
    const text = this.#text;
    for (let at = start + 1; ; at++) {
      let code = text.charCodeAt(at);
      if (code === quote) return this.#take(type, start, at + 1);
      if (code === 0x5c) code = text.charCodeAt(++at);
      if (Number.isNaN(code) || code === 0x0a) return this.#error(start, failure);
    }
  }

  #rawString(start: number): TokenType {
    const close = this.#text.indexOf('`', start + 1);
    if (close < 0) return this.#error(start, 'unterminated raw quoted string');
    return this.#take('raw string', start, close + 1);
  }

  #number(start: number): TokenType {
    let end = this.#scanNumber(start);
    if (end < 0) return this.#badNumber(start, -end);
    const sign = this.#text.charCodeAt(end);
    if (sign !== 0x2b && sign !== MINUS) return this.#take('number', start, end);
    end = this.#scanNumber(end);
    if (end < 0 || this.#text[end - 1] !== 'i') return this.#badNumber(start, Math.abs(end));
    return this.#take('complex', start, end);
  }

  #badNumber(start: number, end: number): TokenType {
    return this.#error(start, `bad number syntax: ${goQuote(this.#text.slice(start, end))}`);
  }

  /** Where a number ends; negative, behind the first character of it, when a letter follows. */
  #scanNumber(start: number): number {
    NUMBER.lastIndex = start;
    NUMBER.test(this.#text);
    const end = NUMBER.lastIndex;
    const code = this.#text.codePointAt(end);
    return code === undefined || !ALPHANUMERIC.test(String.fromCodePoint(code)) ? end : -(end + 1);
  }
}

function unicodeName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(char) ? `U+${code} '${char}'` : `U+${code}`;
}
