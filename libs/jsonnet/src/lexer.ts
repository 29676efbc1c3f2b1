import { jsonnetError, type Source } from './source.js';
import { readTextBlock } from './text-block.js';

/** One word of a program. Keywords and operators are `symbol`s. */
export interface Token {
  readonly kind: 'identifier' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

const KEYWORDS = new Set([
  'assert',
  'else',
  'error',
  'false',
  'for',
  'function',
  'if',
  'import',
  'importbin',
  'importstr',
  'in',
  'local',
  'null',
  'self',
  'super',
  'tailstrict',
  'then',
  'true',
]);

const SPACE = /[ \t\r\n]+|\/\/[^\n]*|#[^\n]*/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?/y;
const OPERATOR = /[!$:~+\-&|^=<>*/%]+/y;
const PUNCTUATION = '{}[](),.;';

/** Splits a program into words. Throws CodedError `jsonnet/syntax`. */
export function lex(source: Source): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: Token['kind'], value: string, length: number): void => {
    tokens.push({ kind, text: value, at });
    at += length;
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const char = text.charAt(at);
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) throw jsonnetError('syntax', 'this comment has no end', source, at);
      at = end + 2;
    } else if (text.startsWith('|||', at)) {
      const block = readTextBlock(source, at);
      push('string', block.text, block.end - at);
    } else if (char === '"' || char === "'") {
      const string = readString(source, at);
      push('string', string.text, string.end - at);
    } else if (char === '@' && /["']/.test(text.charAt(at + 1))) {
      const string = readVerbatim(source, at);
      push('string', string.text, string.end - at);
    } else if (PUNCTUATION.includes(char)) {
      push('symbol', char, 1);
    } else {
      const word = match(IDENTIFIER);
      const number = word === undefined ? match(NUMBER) : undefined;
      const operator = word === undefined && number === undefined ? match(OPERATOR) : undefined;
      if (word !== undefined) push(KEYWORDS.has(word) ? 'symbol' : 'identifier', word, word.length);
      else if (number !== undefined) {
        const after = text.charAt(at + number.length);
        if (/[A-Za-z0-9_]/.test(after))
          throw jsonnetError('syntax', `${number}${after} is not a number`, source, at);
        push('number', number.replaceAll('_', ''), number.length);
      } else if (operator !== undefined) {
        const symbol = cutOperator(operator);
        push('symbol', symbol, symbol.length);
      } else {
        throw jsonnetError('syntax', `unexpected character ${JSON.stringify(char)}`, source, at);
      }
    }
  }
  tokens.push({ kind: 'end', text: 'the end of the file', at });
  return tokens;
}

/** An operator ends before a comment or text block, and a longer one never with a sign that can begin an operand. */
function cutOperator(run: string): string {
  let operator = run;
  for (const mark of ['//', '/*', '|||']) {
    const start = operator.indexOf(mark);
    if (start > 0) operator = operator.slice(0, start);
  }
  while (operator.length > 1 && /[+\-~!$]$/.test(operator)) operator = operator.slice(0, -1);
  return operator;
}

const ESCAPES = new Map(
  Object.entries({
    '"': '"',
    "'": "'",
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
  }),
);

interface Read {
  readonly text: string;
  readonly end: number;
}

function readString(source: Source, start: number): Read {
  const { text } = source;
  const quote = text.charAt(start);
  let value = '';
  let at = start + 1;
  for (;;) {
    if (at >= text.length) throw jsonnetError('syntax', 'this string has no end', source, start);
    const char = text.charAt(at);
    if (char === quote) return { text: value, end: at + 1 };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const escaped = text.charAt(at + 1);
    if (escaped === 'u') {
      const { text: unit, end } = readUnit(source, at);
      value += unit;
      at = end;
      continue;
    }
    const plain = ESCAPES.get(escaped);
    if (plain === undefined) throw jsonnetError('syntax', `unknown escape \\${escaped}`, source, at);
    value += plain;
    at += 2;
  }
}

/** `\u0041`, or two of them for a character that takes two units; two that are no pair stand for one that is none. */
function readUnit(source: Source, at: number): Read {
  const first = unitAt(source, at);
  if (first < 0xd800 || first > 0xdfff) return { text: String.fromCharCode(first), end: at + UNIT_LENGTH };
  if (!source.text.startsWith('\\u', at + UNIT_LENGTH))
    throw jsonnetError('syntax', 'a half of a surrogate pair has no other half behind it', source, at);
  const pair = String.fromCharCode(first, unitAt(source, at + UNIT_LENGTH));
  return {
    text: pair.length === 2 && pair.codePointAt(0) !== first ? pair : '\ufffd',
    end: at + 2 * UNIT_LENGTH,
  };
}

const UNIT_LENGTH = '\\u0000'.length;

function unitAt(source: Source, at: number): number {
  const hex = source.text.slice(at + 2, at + UNIT_LENGTH);
  if (!/^[0-9A-Fa-f]{4}$/.test(hex)) throw jsonnetError('syntax', `\\u${hex} is not a character`, source, at);
  return Number.parseInt(hex, 16);
}

/** `@'it''s'`: only the doubled quote is special. */
function readVerbatim(source: Source, start: number): Read {
  const { text } = source;
  const quote = text.charAt(start + 1);
  let value = '';
  let at = start + 2;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) throw jsonnetError('syntax', 'this string has no end', source, start);
    value += text.slice(at, close);
    if (text.charAt(close + 1) !== quote) return { text: value, end: close + 1 };
    value += quote;
    at = close + 2;
  }
}
