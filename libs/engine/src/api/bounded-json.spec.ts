import { expect, it } from 'vitest';
import { DEEPEST_OBJECT, parseBoundedJson } from './bounded-json.js';

const nested = (depth: number): string => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`;

it('reads what is not nested too deeply, and nothing else', () => {
  expect(parseBoundedJson('{"a":["[[[","\\"[["],"b":null}')).toEqual({ a: ['[[[', '"[['], b: null });
  expect(parseBoundedJson(nested(DEEPEST_OBJECT / 2))).toHaveLength(1);
  expect(() => parseBoundedJson(nested(DEEPEST_OBJECT / 2 + 1))).toThrow('levels deep');
  expect(() => parseBoundedJson('{')).toThrow(SyntaxError);
  expect(parseBoundedJson(`[${Array.from({ length: 1000 }, () => '[]').join()}]`)).toHaveLength(1000);
});
