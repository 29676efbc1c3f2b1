import { describe, expect, it } from 'vitest';
import { jsonSyntaxError } from './json-syntax.js';

const errorOf = (text: string): string | undefined => jsonSyntaxError(Buffer.from(text));

describe('jsonSyntaxError', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['[1,', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['}', "invalid character '}' looking for beginning of value"],
    ['{a', "invalid character 'a' looking for beginning of object key string"],
    ["{'a'", String.raw`invalid character '\'' looking for beginning of object key string`],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":NaN}', "invalid character 'N' looking for beginning of value"],
    ['nul!', "invalid character '!' in literal null (expecting 'l')"],
    ['"\u0001"', String.raw`invalid character '\x01' in string literal`],
    ['"\n"', String.raw`invalid character '\n' in string literal`],
    [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u12g4"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  ])('says of %j what Go says', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it.each(['{}', '[]', ' [1, -2.5e+3, "a\\u00e4\\n", true, false, null, {"a": [[]], "b": {}}] ', '0', '""'])(
    'finds nothing wrong with %j',
    (text) => {
      expect(errorOf(text)).toBeUndefined();
    },
  );

  it('reads a text that nests a million times', () => {
    expect(errorOf('['.repeat(1_000_000))).toBe('unexpected end of JSON input');
  });
});
