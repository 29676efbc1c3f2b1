import { describe, expect, it } from 'vitest';
import { mergeMaps, readValues } from './values-files.js';

const plain = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) : value;

/** What `helm template -f FILE` of both generations makes of a file (4.3.1 and 3.22.0); a text is the end of its refusal. */
const ANSWERS: readonly [text: string, four: unknown, three: unknown][] = [
  ['', {}, {}],
  ['null', {}, {}],
  ['# nothing\n---\na: 1\n---\n# nothing\n', { a: 1 }, { a: 1 }],
  ['a: |\n  x', { a: 'x\n' }, { a: 'x' }],
  ['a: |+\n  x\n  ', { a: 'x\n\n' }, { a: 'x\n' }],
  ['a: 1\n---\nb: 2\n', { a: 1, b: 2 }, { a: 1 }],
  ['a: {b: 1, c: 1}\n---\na: {b: 2}\n', { a: { b: 2, c: 1 } }, { a: { b: 1, c: 1 } }],
  ['a: 1\r\n---\r\nb: 2', { a: 1, b: 2 }, { a: 1 }],
  ['a: 1\n--- # more\nb: 2\n', { a: 1, b: 2 }, { a: 1 }],
  ['a: 1\n...\nb: 2\n', { a: 1 }, { a: 1 }],
  ['a: 1\n...\n---\nb: 2\n', { a: 1, b: 2 }, { a: 1 }],
  ['a: 1\n--- {b: 2}\n', 'error reading yaml document: invalid Yaml document separator: {b: 2}', { a: 1 }],
  ['a: 1\n---\n- 1\n', 'cannot unmarshal array into Go value of type map[string]interface {}', { a: 1 }],
  ['a: &x 1\n---\nb: *x\n', "unknown anchor 'x' referenced", { a: 1 }],
  ['%YAML 1.1\n---\na: 1\n', 'expected --- before the next document', { a: 1 }],
  [
    '- 1',
    'cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    'json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
  [
    '1',
    'cannot unmarshal number into Go value of type map[string]interface {}',
    'cannot unmarshal number into',
  ],
];

describe('values files', () => {
  it.each(ANSWERS)('%j is read as Helm 4 and Helm 3 read it', (text, four, three) => {
    for (const [generation, wanted] of [
      [4, four],
      [3, three],
    ] as const) {
      if (typeof wanted === 'string') expect(() => readValues(text, generation)).toThrow(wanted);
      else expect(plain(readValues(text, generation))).toEqual(wanted);
    }
  });

  it('keeps a key called __proto__ as data', () => {
    const values = readValues('__proto__:\n  polluted: true\nconstructor: 1', 4);
    expect([...values.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('merges maps and lets lists, scalars and nulls of the later file win', () => {
    const merged = mergeMaps(
      readValues('a: {b: 1, c: [1, 2]}\nd: {e: 1}', 4),
      readValues('a: {c: [3]}\nd: null', 4),
    );
    expect(plain(merged)).toEqual({ a: { b: 1, c: [3] }, d: null });
  });
});
