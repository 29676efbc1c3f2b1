import { describe, expect, it } from 'vitest';
import { findDuplicateFields } from './scan-json.js';

describe('findDuplicateFields', () => {
  it('names each field that stands twice by its path', () => {
    const text = '{"a":1,"b":{"c":[{"d":1,"d":2},{"d":1}],"c":0},"a":2,"e":"a\\",\\"a"}';
    expect(findDuplicateFields(text)).toEqual([
      'duplicate field "b.c[0].d"',
      'duplicate field "b.c"',
      'duplicate field "a"',
    ]);
  });

  it('sees through escapes', () => {
    expect(findDuplicateFields('{"a":1,"\\u0061":2}')).toEqual(['duplicate field "a"']);
  });

  it('is not misled by strings that look like structure', () => {
    expect(findDuplicateFields('{"a":"{\\"a\\":","b":["a","a","{"]}')).toEqual([]);
  });

  it('refuses a document that nests too deeply for the engine', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(() => findDuplicateFields(deep)).toThrow(/levels deep/);
  });
});
