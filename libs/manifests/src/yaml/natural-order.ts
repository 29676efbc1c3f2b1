import type { YamlDialect } from './resolve-scalar.js';

const FIRST_BEYOND_ASCII = 0x80;

function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && /\p{Nd}/u.test(char);
}

/**
 * Orders map keys as go-yaml writes them: other characters before letters, digits by their number, letters by code point.
 * The two generations differ in where a letter goes that follows equal digits.
 */
export function compareKeys(a: string, b: string, dialect: YamlDialect = 'go2'): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shorter) return a.length - b.length;
  const aCode = a.charCodeAt(at);
  const bCode = b.charCodeAt(at);
  const aLetter = isAsciiLetter(aCode);
  const bLetter = isAsciiLetter(bCode);
  if (aLetter && bLetter) return aCode - bCode;
  const plain = aCode < FIRST_BEYOND_ASCII && bCode < FIRST_BEYOND_ASCII;
  if (plain && dialect === 'go2' && aLetter !== bLetter) return bLetter ? -1 : 1;
  return compareCharacters(a, b, dialect);
}

function compareCharacters(a: string, b: string, dialect: YamlDialect): number {
  const left = Array.from(a);
  const right = Array.from(b);
  let digits = false;
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    if (x === y) {
      digits = isDigit(x);
      continue;
    }
    const xLetter = isLetter(x);
    const yLetter = isLetter(y);
    if (xLetter && yLetter) return comparePoints(x, y);
    if (xLetter || yLetter) return (dialect === 'go3' && digits ? xLetter : yLetter) ? -1 : 1;
    return compareNumbers(left, right, i);
  }
  return left.length - right.length;
}

function comparePoints(x: string, y: string): number {
  return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
}

function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  const x = left[at] ?? '';
  const y = right[at] ?? '';
  let start = 0n;
  if (x === '0' || y === '0')
    for (let j = at - 1; j >= 0 && isDigit(left[j]); j--)
      if (left[j] !== '0') {
        start = 1n;
        break;
      }
  const [xNumber, xEnd] = readNumber(left, at, start);
  const [yNumber, yEnd] = readNumber(right, at, start);
  if (xNumber !== yNumber) return xNumber < yNumber ? -1 : 1;
  if (xEnd !== yEnd) return xEnd - yEnd;
  return comparePoints(x, y);
}

/** Digits from `at` on as Go's int64 arithmetic (it wraps around) and where they end. */
function readNumber(text: readonly string[], at: number, start: bigint): [bigint, number] {
  let value = start;
  let end = at;
  for (; end < text.length && isDigit(text[end]); end++)
    value = BigInt.asIntN(64, value * 10n + BigInt((text[end]?.codePointAt(0) ?? 0x30) - 0x30));
  return [value, end];
}
