import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.js';
import { emitYaml, emitYamlPretty, YamlFragments } from './emit-yaml.js';
import { parseYaml } from './parse-yaml.js';

/** Values and what sigs.k8s.io/yaml prints for them. */
const PRINTED: readonly [value: JsonValue, text: string][] = [
  [{ a: 'x' }, 'a: x\n'],
  [{ a: '' }, 'a: ""\n'],
  [{ a: 'yes' }, 'a: "yes"\n'],
  [{ a: 'y' }, 'a: "y"\n'],
  [{ a: '123' }, 'a: "123"\n'],
  [{ a: '1e3' }, 'a: "1e3"\n'],
  [{ a: '1_000' }, 'a: "1_000"\n'],
  [{ a: '1:30' }, 'a: "1:30"\n'],
  [{ a: '2001-01-01' }, 'a: "2001-01-01"\n'],
  [{ a: '.inf' }, 'a: ".inf"\n'],
  [{ a: '~' }, 'a: "~"\n'],
  [{ a: '- b' }, "a: '- b'\n"],
  [{ a: 'b: c' }, "a: 'b: c'\n"],
  [{ a: 'b #c' }, "a: 'b #c'\n"],
  [{ a: '@b' }, "a: '@b'\n"],
  [{ a: 'b ' }, "a: 'b '\n"],
  [{ a: 'b:' }, "a: 'b:'\n"],
  [{ a: "it's" }, "a: it's\n"],
  [{ a: "'b'" }, "a: '''b'''\n"],
  [{ a: 'a,b' }, 'a: a,b\n'],
  [{ a: '<<' }, 'a: <<\n'],
  [{ a: 'NaN' }, 'a: NaN\n'],
  [{ a: '😀' }, 'a: "\\U0001F600"\n'],
  [{ a: 'b\tc' }, 'a: "b\\tc"\n'],
  [{ a: 'b\nc' }, 'a: |-\n  b\n  c\n'],
  [{ a: 'b\n' }, 'a: |\n  b\n'],
  [{ a: 'b\n\n' }, 'a: |+\n  b\n\n'],
  [{ a: ' b\nc' }, 'a: |2-\n   b\n  c\n'],
  [{ a: 'b \nc' }, 'a: "b \\nc"\n'],
  [{ a: null, b: true, c: [], d: {} }, 'a: null\nb: true\nc: []\nd: {}\n'],
  [{ a: [1, [2, 3], { b: 1, c: 2 }] }, 'a:\n- 1\n- - 2\n  - 3\n- b: 1\n  c: 2\n'],
  [{ b: 1, a10: 1, a2: 1, B: 1, _z: 1, '-q': 1 }, '-q: 1\n_z: 1\nB: 1\na2: 1\na10: 1\nb: 1\n'],
  [
    { a: 1e21, b: 1e-7, c: 123456789.123, d: 1000000, e: -0 },
    'a: 1e+21\nb: 1e-07\nc: 1.23456789123e+08\nd: 1000000\ne: 0\n',
  ],
  [{ [`k${'x'.repeat(130)}`]: 1 }, `? k${'x'.repeat(130)}\n: 1\n`],
  ['x', 'x\n'],
  [[], '[]\n'],
];

describe('emitYaml', () => {
  it.each(PRINTED)('prints %j as Kubernetes does', (value, text) => {
    expect(emitYaml(value)).toBe(text);
  });

  it('folds long text at the first space beyond 80 columns, and never a word', () => {
    const words = Array(30).fill('lorem').join(' ');
    expect(emitYaml({ a: words })).toBe(
      `a: ${Array(14).fill('lorem').join(' ')}\n  ${Array(14).fill('lorem').join(' ')}\n  lorem lorem\n`,
    );
    expect(emitYaml({ a: 'x'.repeat(200) })).toBe(`a: ${'x'.repeat(200)}\n`);
  });

  it.each(PRINTED)('prints %j so that it reads back as it was', (value) => {
    expect(parseYaml(emitYaml(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe('emitYamlPretty', () => {
  it('indents lists under their key and folds nothing', () => {
    const words = Array(30).fill('lorem').join(' ');
    expect(emitYamlPretty({ a: [{ b: words }] })).toBe(`a:\n  - b: ${words}\n`);
  });

  it('prints large numbers as Go prints floats', () => {
    expect(emitYamlPretty({ a: 1000000, b: 5 })).toBe('a: 1e+06\nb: 5\n');
  });
});

describe('fragments', () => {
  const freeze = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(freeze);
      Object.freeze(value);
    }
    return value;
  };
  const text = `${'word '.repeat(30)}end`;

  it('print as the whole would, at every depth', () => {
    const fragments = new YamlFragments();
    for (const [value] of PRINTED) {
      const frozen = freeze(structuredClone({ value, list: [value, { text, more: [[text], 'a\nb\n'] }] }));
      const around = (part: JsonValue): JsonValue => ({ a: part, b: [part, [part]], c: { d: { e: part } } });
      for (let again = 0; again < 2; again++)
        expect(emitYaml(around(frozen), fragments)).toBe(emitYaml(around(frozen)));
      expect(emitYaml(frozen, fragments)).toBe(emitYaml(frozen));
    }
  });

  it('print again what is not frozen', () => {
    const fragments = new YamlFragments();
    const value = { a: { b: 1 } };
    emitYaml(value, fragments);
    value.a.b = 2;
    expect(emitYaml(value, fragments)).toBe('a:\n  b: 2\n');
  });
});

describe('line separators in single quotes', () => {
  it('count as the start of a line where long text is folded', () => {
    const long = 'long words that go on and on and on and on and on and on and on and on and on';
    expect(emitYaml({ a: `${long} # and #\u2028[` })).toBe(`a: '${long}\n  # and #\u2028  ['\n`);
  });

  it.each([
    ['#a\u2028[', "? '#a\u2028  ['\n: x\n"],
    ['#a\u2028\u2029[', "? '#a\u2028\u2029  ['\n: x\n"],
    ['#a\u2028\u2028', "? '#a\u2028\u2028'\n: x\n"],
  ])('are followed by the indentation only before text: %j', (key, text) => {
    expect(emitYaml({ [key]: 'x' })).toBe(text);
  });
});
