import { runes } from '../template/go-strings.js';
import type { Budget } from '../template/budget.js';
import { bytesOf, pick } from './chance.js';
import { define, type FunctionTable } from './signature.js';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

/** Sprig's functions of chance. */
export function randomFunctions(budget: Budget, random: () => number): FunctionTable {
  const from = (alphabet: string) =>
    define('int', (count) => {
      const length = Number(count.value);
      if (length < 0) return '';
      budget.write(length);
      let text = '';
      for (let index = 0; index < length; index++) text += alphabet[pick(random, alphabet.length)] ?? '';
      return text;
    });
  return {
    randAlphaNum: from(LETTERS + DIGITS),
    randAlpha: from(LETTERS),
    randNumeric: from(DIGITS),
    randAscii: from(PRINTABLE),
    randBytes: define('int', (count) => {
      if (count.value < 0n) throw new Error('runtime error: makeslice: len out of range');
      budget.write(Number(count.value) * 2);
      return Buffer.from(bytesOf(random, Number(count.value))).toString('base64');
    }),
    shuffle: define('string', (text) => {
      const chars = runes(text);
      for (let last = chars.length - 1; last > 0; last--) {
        const other = pick(random, last + 1);
        [chars[last], chars[other]] = [chars[other] ?? '', chars[last] ?? ''];
      }
      return chars.join('');
    }),
    uuidv4: define('', () => {
      const bytes = bytesOf(random, 16);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const hex = Buffer.from(bytes).toString('hex');
      return [8, 12, 16, 20, 32].map((end, index) => hex.slice([0, 8, 12, 16, 20][index], end)).join('-');
    }),
  };
}
