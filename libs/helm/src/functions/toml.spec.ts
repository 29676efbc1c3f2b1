import { describe, expect, it } from 'vitest';
import { readYaml } from './go-yaml.js';
import { GoTime } from './go-time.js';
import { fromToml, toToml } from './toml.js';

const written = (yaml: string): string => toToml(readYaml(yaml));

describe('toToml', () => {
  it.each([
    ['{b: 1, a: x, c: {d: true}}', 'a = "x"\nb = 1.0\n\n[c]\n  d = true\n'],
    ['{a: null, b: 1}', 'b = 1.0\n'],
    ['l: [{a: 1, n: null, t: {x: 1}}, 5]', 'l = [{a = 1.0, t = {x = 1.0}}, 5.0]\n'],
    ['l: [{a: 1, z: null}, 5]', 'l = [{a = 1.0, }, 5.0]\n'],
    ['l: [{a: 1}, {a: 2}]', '[[l]]\n  a = 1.0\n\n[[l]]\n  a = 2.0\n'],
  ])('writes %s', (yaml, toml) => {
    expect(written(yaml)).toBe(toml);
  });

  it.each(['a: [1, null]', 'a: [[null]]', 'a: [{b: [null]}]'])(
    'refuses lists with nothing in them: %s',
    (yaml) => {
      expect(() => written(yaml)).toThrow('toml: cannot encode array with nil element');
    },
  );

  it('refuses a list of tables that has no name', () => {
    expect(() => written('[{a: 1}]')).toThrow('toml: top-level values must be Go maps or structs');
  });

  it('writes dates and times as they were read', () => {
    const text = [
      'a = 1979-05-27T07:32:00Z',
      'b = 1979-05-27T00:32:00.5-07:00',
      'c = 1979-05-27T07:32:00',
      'd = 1979-05-27',
      'e = 07:32:00.25',
      '',
    ].join('\n');
    expect(toToml(fromToml(text))).toBe(text);
  });
});

describe('fromToml', () => {
  it('reads dates and times as times', () => {
    const read = fromToml('a = 1979-05-27') as ReadonlyMap<string, unknown>;
    expect(read.get('a')).toBeInstanceOf(GoTime);
  });

  it('refuses integers beyond 64 bits', () => {
    expect(() => fromToml('a = 9223372036854775808')).toThrow('out of range for int64');
  });
});
