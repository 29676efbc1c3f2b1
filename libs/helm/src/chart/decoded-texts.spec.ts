import { describe, expect, it } from 'vitest';
import { DecodedTexts } from './decoded-texts.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('texts of files decoded before', () => {
  it('are those of the bytes', () => {
    const texts = new DecodedTexts();
    for (const text of ['', 'a', 'ü→𝄞', 'a'.repeat(1000), `${'a'.repeat(1000)}é`])
      expect([texts.get(encode(text)), texts.get(encode(text))]).toEqual([text, text]);
  });

  it('show bytes that are no UTF-8 as replacement characters each time', () => {
    const texts = new DecodedTexts();
    const bytes = Uint8Array.of(0x61, 0xff, 0x62);
    expect([texts.get(bytes), texts.get(bytes.slice())]).toEqual(['a\ufffdb', 'a\ufffdb']);
  });

  it('are told apart where only a byte that is not sampled differs', () => {
    const texts = new DecodedTexts();
    const same = 'x'.repeat(10_000);
    const variants = Array.from({ length: 20 }, (_, at) => `${same.slice(0, at)}y${same.slice(at + 1)}`);
    for (const variant of variants) expect(texts.get(encode(variant))).toBe(variant);
    for (const variant of variants) expect(texts.get(encode(variant))).toBe(variant);
  });

  it('are found in the middle of a larger buffer', () => {
    const texts = new DecodedTexts();
    const archive = encode(`head${'a'.repeat(100)}tail`);
    expect(texts.get(archive.subarray(4, 104))).toBe('a'.repeat(100));
    archive.fill(0x62);
    expect(texts.get(encode('a'.repeat(100)))).toBe('a'.repeat(100));
    expect(texts.get(archive.subarray(4, 104))).toBe('b'.repeat(100));
  });

  it('are forgotten when too many bytes are held, and decoded again', () => {
    const texts = new DecodedTexts(10);
    for (const text of ['123456', 'abcdef', '123456', 'longer than all there may be'])
      expect(texts.get(encode(text))).toBe(text);
  });
});
