import type { YamlDialect } from './resolve-scalar.js';

const SIMPLE_KEY = /^[A-Za-z]*$/;

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
  if (SIMPLE_KEY.test(a) && SIMPLE_KEY.test(b)) return a < b ? -1 : a > b ? 1 : 0;
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
