import { describe, expect, it } from 'vitest';
import { CodedError } from '../coded-error.js';
import { parseYaml, parseYamlDocuments } from './parse-yaml.js';

/** Texts and what Kubernetes' own reader makes of them (checked against go-yaml v2.4 through sigs.k8s.io/yaml). */
const READ: readonly [text: string, value: unknown][] = [
  ['', null],
  ['# nothing', null],
  ['a: yes', { a: true }],
  ['a: On', { a: true }],
  ['a: n', { a: false }],
  ['y: 1', { true: 1 }],
  ['a: "yes"', { a: 'yes' }],
  ['a: tRUE', { a: 'tRUE' }],
  ['a: 0777', { a: 511 }],
  ['a: 0o17', { a: 15 }],
  ['a: 08', { a: 8 }],
  ['a: 0x1F', { a: 31 }],
  ['a: 0b11', { a: 3 }],
  ['a: 1_000', { a: 1000 }],
  ['a: 1:30', { a: '1:30' }],
  ['a: 1e3', { a: 1000 }],
  ['a: .5', { a: 0.5 }],
  ['a: 5.', { a: 5 }],
  ['a: +5', { a: 5 }],
  ['a: 2001-01-01', { a: '2001-01-01' }],
  ['a: 2001-13-01', { a: '2001-13-01' }],
  ['a: ~', { a: null }],
  ['a:', { a: null }],
  ['a: ! 5', { a: '5' }],
  ['a: !!str 5', { a: '5' }],
  ['a: !!float 1', { a: 1 }],
  ['a: !!binary aGk=', { a: 'hi' }],
  ['a: !Ref x', { a: 'x' }],
  ['1: a\n2.5: b\ntrue: c', { 1: 'a', '2.5': 'b', true: 'c' }],
  ['.inf: a\n-.inf: b\n.nan: c', { '.inf': 'a', '-.inf': 'b', '.nan': 'c' }],
  ['123456.789: a\n1e3: b\n1e6: c', { '123456.79': 'a', '1000': 'b', '1e+06': 'c' }],
  ['9007199254740993: a', { '9007199254740993': 'a' }],
  ['a: -0.0\nb: -0', { a: -0, b: 0 }],
  ['a: b\n  c\n\n  d', { a: 'b c\nd' }],
  ['a: "b\n  c\\n\\\n  d"', { a: 'b c\nd' }],
  ["a: 'it''s'", { a: "it's" }],
  ['a: |\n  b\n   c\n', { a: 'b\n c\n' }],
  ['a: |-\n  b\n', { a: 'b' }],
  ['a: |+\n  b\n\n', { a: 'b\n\n' }],
  ['a: >\n  b\n  c\n\n  d\n', { a: 'b c\nd\n' }],
  ['a: |2\n   b', { a: ' b' }],
  ['a:\n- b\n- c: 1\n  d: 2', { a: ['b', { c: 1, d: 2 }] }],
  ['- - a\n  - b\n-\n  - c', [['a', 'b'], ['c']]],
  ['{a: [1, {b: 2}], "c": d,}', { a: [1, { b: 2 }], c: 'd' }],
  ['[a: 1, b]', [{ a: 1 }, 'b']],
  ['{a:1}', { 'a:1': null }],
  ['? a\n: b\n? c', { a: 'b', c: null }],
  ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
  ['x: &x {a: 1, b: 2}\nz:\n  <<: *x\n  b: 3', { x: { a: 1, b: 2 }, z: { a: 1, b: 3 } }],
  [
    'x: &x {a: 1}\nw: &y {a: 2, b: 2}\nz:\n  <<: [*x, *y]',
    { x: { a: 1 }, w: { a: 2, b: 2 }, z: { a: 1, b: 2 } },
  ],
  ['%YAML 1.1\n---\na: 1\n...\n', { a: 1 }],
  ['a: http://b:80/c#d', { a: 'http://b:80/c#d' }],
  ['a: b # c', { a: 'b' }],
  ['a: "\\u00e9\\x41\\U0001F600"', { a: 'éA😀' }],
  ['{"a": "b", "c": [1.5, true, null]}', { a: 'b', c: [1.5, true, null] }],
  ['\t{"a": 1}', undefined],
  ['a: b: c', undefined],
  ['a:\n\t- b', undefined],
  ['a: @b', undefined],
  ['a: `b`', undefined],
  ['a: [b', undefined],
  ['a: "b', undefined],
  ['a: *b', undefined],
  ['a: &b *b', undefined],
  ['- a\nb: c', undefined],
  ['a: b\n c: d', undefined],
  ['a: 1\n...\nb: 2', undefined],
  ['a: .inf', undefined],
  ['{a: 1}: b\n<<: 5', undefined],
  ['a: !!int b', undefined],
  ['...\na', undefined],
  ['a: "\\ud83d"', undefined],
];

describe('parseYaml', () => {
  it.each(READ)('reads %j as Kubernetes does', (text, value) => {
    if (value === undefined) expect(() => parseYaml(text)).toThrow(CodedError);
    else expect(parseYaml(text)).toEqual(value);
  });

  it('gives every document and null for empty ones', () => {
    expect(parseYamlDocuments('a: 1\n---\n# x\n--- b\n')).toEqual([{ a: 1 }, null, 'b']);
    expect(parseYamlDocuments('')).toEqual([]);
  });

  it('refuses a second document where one is expected', () => {
    expect(() => parseYaml('a\n--- b')).toThrow(/one document/);
  });

  it('refuses a key that stands twice, and keeps the later one when told so', () => {
    expect(() => parseYaml('a: 1\nb:\n  c: 1\n  c: 2')).toThrow(/"c" is set twice/);
    expect(parseYaml('a: 1\na: 2', { duplicateKeys: 'last' })).toEqual({ a: 2 });
  });

  it('names file, line and column', () => {
    const error = thrown(() => parseYaml('a: 1\nb: [c\nd: e', { file: 'x/y.yaml' }));
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({ code: 'yaml/syntax', place: { file: 'x/y.yaml', line: 3 } });
    expect(String(error)).toContain('x/y.yaml:3');
  });

  it('keeps integers beyond 2^53 when asked to', () => {
    expect(parseYaml('a: 9007199254740993', { bigints: true })).toEqual({ a: 9007199254740993n });
    expect(parseYaml('a: 18446744073709551615', { bigints: true })).toEqual({ a: 18446744073709551615n });
    expect(parseYaml('a: 5', { bigints: true })).toEqual({ a: 5 });
    expect(typeof (parseYaml('a: 9007199254740993') as { a: unknown }).a).toBe('number');
  });

  it('reads UTF-16 and drops byte order marks', () => {
    const littleEndian = Buffer.from('\ufeffa: é', 'utf16le');
    expect(parseYaml(littleEndian)).toEqual({ a: 'é' });
    expect(parseYaml(littleEndian.swap16())).toEqual({ a: 'é' });
    expect(parseYaml(Buffer.from('\ufeffa: 1'))).toEqual({ a: 1 });
  });

  it('refuses invalid UTF-8 and control characters with their place', () => {
    expect(() => parseYaml(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))).toThrow(/UTF-8/);
    expect(thrown(() => parseYaml('a: 1\nb: \u0000'))).toMatchObject({ place: { line: 2, column: 4 } });
  });
});

describe('hostile YAML', () => {
  it('refuses an alias bomb quickly', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i <= 9; i++)
      bomb += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect(thrown(() => parseYaml(bomb))).toMatchObject({ code: 'yaml/too-many-aliases' });
  });

  it('refuses a bomb of merge keys', () => {
    let bomb = 'a0: &a0 {k: v}\n';
    for (let i = 1; i <= 12; i++)
      bomb += `a${i}: &a${i} {<<: [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]}\n`;
    expect(thrown(() => parseYaml(bomb))).toMatchObject({ code: 'yaml/too-many-aliases' });
  });

  it.each([
    ['flow lists', '['.repeat(10_000)],
    ['flow maps', '{a: '.repeat(10_000)],
    ['block lists', '- '.repeat(10_000)],
  ])('refuses %s nested ten thousand deep without running out of stack', (_name, text) => {
    expect(() => parseYaml(text)).toThrow(CodedError);
  });

  it('refuses a text beyond the size limit before reading it', () => {
    expect(thrown(() => parseYaml('a'.repeat(101), { limits: { maxBytes: 100 } }))).toMatchObject({
      code: 'yaml/too-large',
    });
  });

  it('refuses too many documents and too many values', () => {
    expect(
      thrown(() => parseYamlDocuments('--- a\n'.repeat(11), { limits: { maxDocuments: 10 } })),
    ).toMatchObject({
      code: 'yaml/too-many-documents',
    });
    expect(thrown(() => parseYaml('[1,1,1,1]', { limits: { maxNodes: 3 } }))).toMatchObject({
      code: 'yaml/too-many-nodes',
    });
  });

  it('keeps keys that name prototypes as data', () => {
    const value = parseYaml(
      '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\ntoString: 1',
    ) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('reads a map of a hundred thousand keys', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `key${index}: ${index}`).join('\n');
    expect(Object.keys(parseYaml(text) as object)).toHaveLength(100_000);
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('firstOnly', () => {
  it('stops behind the first document', () => {
    expect(parseYamlDocuments('a: b\n---\n[\n', { firstOnly: true })).toEqual([{ a: 'b' }]);
  });

  it.each(['--- "q": x\n', 'a: b\n%x\n---\n'])('still refuses what stands right behind it: %j', (text) => {
    expect(() => parseYamlDocuments(text, { firstOnly: true })).toThrow(/YAML/);
  });
});

describe('a byte order mark', () => {
  it('is dropped where the text begins', () => {
    expect(parseYaml('\ufeffa: b\n')).toEqual({ a: 'b' });
  });

  it.each<[text: string, value: unknown]>([
    ['a: b\n\ufeffc: d\n', { a: 'b', '\ufeffc': 'd' }],
    ['\n\ufeff', '\ufeff'],
  ])('is a character like others further on: %j', (text, value) => {
    expect(parseYaml(text)).toEqual(value);
  });
});
