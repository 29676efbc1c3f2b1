import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.js';
import { ValueBuilder } from './build-value.js';
import { parseYamlDocuments, parseYamlNodes } from './parse-yaml.js';
import { readSimpleYaml, type SimpleYamlOptions } from './simple-yaml.js';
import { DEFAULT_YAML_LIMITS } from './yaml-limits.js';

const options: SimpleYamlOptions = { ...DEFAULT_YAML_LIMITS, duplicateKeys: 'error', bigints: false };

function readFully(text: string): JsonValue[] {
  const builder = new ValueBuilder({
    file: undefined,
    limits: DEFAULT_YAML_LIMITS,
    duplicateKeys: 'error',
    bigints: false,
  });
  return parseYamlNodes(text).map((node) => builder.build(node));
}

const SIMPLE: readonly [text: string, documents: JsonValue[]][] = [
  ['', []],
  ['# nothing\n', []],
  ['---\n', [null]],
  ['---\n---\na: 1', [null, { a: 1 }]],
  ['a: 1\n--- # next\n\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  [
    'a:\nb:\n- c\n-\n- - d\n  - e\n- f: 1\n  g:\n  - h',
    [{ a: null, b: ['c', null, ['d', 'e'], { f: 1, g: ['h'] }] }],
  ],
  ['a: b # c\n# d\ne: f#g', [{ a: 'b', e: 'f#g' }]],
  ['a: b\n  c\n\n\n  d  \ne: f', [{ a: 'b c\n\nd', e: 'f' }]],
  ['a: |\n  b\n   c\n\nd: >-\n  e\n  f\n', [{ a: 'b\n c\n', d: 'e f' }]],
  ['a: |', [{ a: '' }]],
  ['- |+\n  a\n\n- b', [['a\n\n', 'b']]],
  ["\"a b\": 'it''s'\n'c' : \"d\\n\n  e\"", [{ 'a b': "it's", c: 'd\n e' }]],
  ['a:\n  {}\nb:\n- c:\n    []', [{ a: {}, b: [{ c: [] }] }]],
  ['a: {}\nb: []\nc: [x, "y", \'z\', 1, on]', [{ a: {}, b: [], c: ['x', 'y', 'z', 1, true] }]],
  ['a: -1\nb: --c\nc: 0o7\nd: -0.0\ne: 010', [{ a: -1, b: '--c', c: 7, d: -0, e: 8 }]],
];

/** What the full reader must decide: other grammar, other meanings, and mistakes. */
const NOT_SIMPLE = [
  '{"a": 1}',
  'text',
  'a: &b c',
  'a: *b',
  'a: !!str 1',
  'a: {b: c}',
  'a: [[b]]',
  'a: [b',
  'a: [b]c',
  '<<: {}',
  'a: <<',
  '1: a',
  'yes: a',
  '__proto__: a',
  '"__proto__": a',
  'a: 1\na: 2',
  'a: .inf',
  'a: b: c',
  'a: b:',
  'a: - b',
  'a: "b" c',
  'a: "b',
  'a:\n  b: 1\n c: 2',
  'a: b\n# c\n  d',
  '- a\nb: c',
  'a: 1\n- b',
  'a:\tb',
  '\ta: b',
  'a: b\r\n',
  'a: b\u2028c',
  '%YAML 1.1\n---\na: 1',
  'a: 1\n...\n',
  '--- a: 1',
  '? a\n: b',
  ': a',
  'a: @b',
  'a: `b`',
];

describe('the reader of simple YAML', () => {
  it.each(SIMPLE)('reads %j', (text, documents) => {
    expect(readSimpleYaml(text, options)).toEqual(documents);
    expect(readFully(text)).toEqual(documents);
  });

  it.each(NOT_SIMPLE)('leaves %j to the full reader', (text) => {
    expect(readSimpleYaml(text, options)).toBeUndefined();
  });

  it('lets the later of two keys count when told to', () => {
    expect(readSimpleYaml('a: 1\nb: 2\na: 3', { ...options, duplicateKeys: 'last' })).toEqual([
      { a: 3, b: 2 },
    ]);
  });

  it('leaves what exceeds a limit to the full reader, which names the limit', () => {
    expect(readSimpleYaml('- - - a', { ...options, maxDepth: 2 })).toBeUndefined();
    expect(readSimpleYaml('- [a]', { ...options, maxDepth: 1 })).toBeUndefined();
    expect(readSimpleYaml('- a\n- b', { ...options, maxNodes: 2 })).toBeUndefined();
    expect(readSimpleYaml('---\n---\n', { ...options, maxDocuments: 1 })).toBeUndefined();
    expect(readSimpleYaml('a: 12345678901234567890', { ...options, bigints: true })).toBeUndefined();
  });

  it('gives only the keys that are wanted, and checks the rest', () => {
    const only = new Set(['kind']);
    const text = 'kind: A\nspec:\n  kind: B\n  list: [1]\n';
    expect(parseYamlDocuments(text, { only, duplicateKeys: 'last' })).toEqual([{ kind: 'A' }]);
    expect(() => parseYamlDocuments(`${text} wrong: 1\n`, { only })).toThrow('line 5');
    expect(() => parseYamlDocuments(`${text}more: .nan\n`, { only })).toThrow('.nan is not a number');
  });

  it('gives what the full reader gives for random texts, or nothing', () => {
    let seed = 20_260_101;
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >> 8) % limit;
    };
    const common = [
      '\n',
      '\n  ',
      '\n    ',
      'a: ',
      'b: ',
      '- ',
      'key:',
      'some text',
      ' ',
      '# note',
      ' # note',
      '---\n',
    ];
    const rare =
      "\"q\"¦\"q¦'s'¦''¦|¦|-¦>¦{}¦[]¦[x, 1]¦&a ¦*a¦~¦no¦0x1f¦1e3¦.inf¦<<: ¦\t¦? ¦: ¦,¦\\¦...\n¦%¦!t ¦@¦{a: b}¦é¦\n\n¦-";
    const pieces = [...common, ...rare.split('¦')];
    let simple = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from(
        { length: 1 + below(12) },
        () => pieces[below(below(3) === 0 ? pieces.length : common.length)],
      ).join('');
      const read = readSimpleYaml(text, options);
      if (read === undefined) continue;
      simple++;
      expect({ text, read }).toEqual({ text, read: readFully(text) });
    }
    expect(simple).toBeGreaterThan(2000);
  });
});

describe('reading the first document only', () => {
  it.each([
    ['a: 1\n...\nb: 2', { a: 1 }],
    ['a: 1\n---\nb: [', { a: 1 }],
    ['a: {b: c}\n--- x: y: z', { a: { b: 'c' } }],
    ['---\n---\na: 1', null],
  ])('looks no further in %j', (text, first) => {
    expect(parseYamlDocuments(text, { firstOnly: true })).toEqual([first]);
  });
});

describe('what nobody asked for', () => {
  const only = new Set(['kind']);
  const outcome = (text: string, given: { only?: ReadonlySet<string> }): unknown => {
    try {
      const [document] = parseYamlDocuments(text, given);
      return (document as { kind?: unknown } | null)?.kind;
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };

  it.each([
    'a: b\n  b: c\n',
    'a: b\n  c\n  d: e\n',
    'a: b\n   c\n  # d\n   e\n',
    'a: "b"\n    c\n',
    "a: 'b'\n  c: d\n",
    "a: 'b''c'\n",
    'a: "b" c\n',
    'yes: b\n',
    'Null: b\n',
    'a: b: c\n',
    'a: b:\n',
    'a: b # c\n',
    'a: b #c\n  d\n',
    'a: \tb\n',
    'a: b\tc\n',
    'a: b\n- c\n',
    'a:b\n',
    'a: b',
    'a: yes\n  b: on\n',
    'a/b.c-d_e: f g  \n',
    'a: b\n\n\n  c: d\n',
    'a: b\n c: d\n',
    'a: b\n   - c\n',
  ])('is refused when all of %j is', (lines) => {
    const text = `spec:\n  x: y\n  ${lines.replaceAll(/\n(?=.)/g, '\n  ')}kind: Late\n`;
    expect(outcome(text, { only })).toEqual(outcome(text, {}));
    const item = `spec:\n- x: y\n  ${lines.replaceAll(/\n(?=.)/g, '\n  ')}\nkind: Late\n`;
    expect(outcome(item, { only })).toEqual(outcome(item, {}));
  });
});
