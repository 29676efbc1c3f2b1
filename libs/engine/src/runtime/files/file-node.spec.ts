import { expect, it } from 'vitest';
import { SeededRandom } from '../../random.js';
import { bytesFromText, textFromBytes } from './file-node.js';

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

it.each(['', 'plain', 'Grüße, 世界, 😀', '\ufffd\u0800\ud7ff\ue000\uffff', '\u{10000}\u{10ffff}'])(
  'reads %j, with and without bytes around it that are no text',
  (text) => {
    expect(textFromBytes(latin1(text))).toBe(text);
    expect(textFromBytes(`\xff${latin1(text)}\x80`)).toBe(`\udcff${text}\udc80`);
  },
);

it.each([
  ['of more bytes than needed', '\xc0\x80\xe0\x9f\xbf\xf0\x8f\xbf\xbf'],
  ['of half a pair', '\xed\xa0\x80'],
  ['beyond the last', '\xf4\x90\x80\x80\xf5\x80\x80\x80'],
  ['cut off', '\xe4\xb8a\xf0\x9f\x98'],
])('takes no character %s for text', (_, bytes) => {
  const text = textFromBytes(bytes);
  const units = text.split('').map((unit) => unit.charCodeAt(0));
  expect(units).toEqual(
    bytes.split('').map((byte) => byte.charCodeAt(0) + (byte.charCodeAt(0) < 0x80 ? 0 : 0xdc00)),
  );
  expect(bytesFromText(text)).toBe(bytes);
});

it('gives back the same bytes, whatever they are', () => {
  const random = new SeededRandom('bytes');
  for (let round = 0; round < 50; round++) {
    const length = Math.floor(random.next() * 20_000);
    const bytes = Buffer.from(Array.from({ length }, () => Math.floor(random.next() * 256))).toString(
      'latin1',
    );
    expect(bytesFromText(textFromBytes(bytes)) === bytes).toBe(true);
  }
});
