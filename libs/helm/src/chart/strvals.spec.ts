import { describe, expect, it } from 'vitest';
import { toJsonValue } from '../functions/go-json.js';
import type { HelmGeneration } from '../render/capabilities.js';
import { readValues } from './values-files.js';
import { setFilePaths } from './values-layers.js';
import { applySet, type SetMode } from './strvals.js';

function apply(
  expression: string,
  mode: SetMode = 'typed',
  before = '',
  generation: HelmGeneration = 4,
): unknown {
  const values = readValues(before, generation);
  applySet(expression, values, mode, generation);
  return toJsonValue(values);
}

describe('--set', () => {
  it.each([
    ['name=value', { name: 'value' }],
    ['a=1,b=2', { a: 1, b: 2 }],
    ['a=0,b=01,c=-5,d=1.5', { a: 0, b: '01', c: -5, d: '1.5' }],
    ['a=true,b=FALSE,c=null,d=Null', { a: true, b: false, c: null, d: null }],
    ['a=', { a: '' }],
    ['a=,b=x', { a: '', b: 'x' }],
    ['a.b.c=1', { a: { b: { c: 1 } } }],
    ['a.b=1,a.c=2', { a: { b: 1, c: 2 } }],
    ['a\\.b=1', { 'a.b': 1 }],
    ['a=x\\,y', { a: 'x,y' }],
    ['a={}', { a: [''] }],
    ['a={x,y,1,true}', { a: ['x', 'y', 1, true] }],
    ['a={x,y},b=z', { a: ['x', 'y'], b: 'z' }],
    ['a={x\\,y,z}', { a: ['x,y', 'z'] }],
    ['a[0]=x', { a: ['x'] }],
    ['a[2]=x', { a: [null, null, 'x'] }],
    ['a[0].b=1,a[0].c=2,a[1].b=3', { a: [{ b: 1, c: 2 }, { b: 3 }] }],
    ['a[0][1]=x', { a: [[null, 'x']] }],
    ['a[0]={x,y}', { a: [['x', 'y']] }],
    ['a=b=c', { a: 'b=c' }],
    ['a=9223372036854775808', { a: '9223372036854775808' }],
    ['', {}],
    ['a=x\\', { a: 'x' }],
  ])('%s', (expression, expected) => {
    expect(apply(expression)).toEqual(expected);
  });

  it('changes what is there already and keeps the rest', () => {
    expect(apply('a[1]=9,m.x=2', 'typed', 'a: [1, 2, 3]\nm: {x: 1, z: 1}')).toEqual({
      a: [1, 9, 3],
      m: { x: 2, z: 1 },
    });
  });

  it.each([
    ['a', 'key "a" has no value'],
    ['a,b', 'key "a" has no value (cannot end with ,)'],
    ['a.b', 'key "b" has no value'],
    ['a={x', "list must terminate with '}'"],
    ['a[x]=1', 'error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
    ['a[99999999999999999999]=1', 'parsing "99999999999999999999": value out of range'],
    ['a[-1]=1', 'negative -1 index not allowed'],
    ['a[65537]=1', 'index of 65537 is greater than maximum supported index of 65536'],
    ['a[0]x=1', "unexpected data at end of array index: ['x']"],
    [`${'a.'.repeat(31)}b=1`, 'value name nested level is greater than maximum supported nested level of 30'],
  ])('refuses %s', (expression, message) => {
    expect(() => apply(expression)).toThrow(message);
  });

  it.each([
    ['a[0', {}],
    ['a.b[0', {}],
    ['b=1,a[0', { b: 1 }],
    ['a[0,b=1', {}],
    ['a[0][1', { a: [] }],
    ['a[0].b[1', { a: [] }],
    ['a[0].b=1,a[0].c[', { a: [{ b: 1 }] }],
  ])('takes an index without its end for the end, as Helm 4 does: %s', (expression, expected) => {
    expect(apply(expression)).toEqual(expected);
    for (const mode of ['string', 'json'] as const) expect(() => apply(expression, mode)).not.toThrow();
    expect(() => apply(expression, 'typed', '', 3)).toThrow('error parsing index: EOF');
  });

  it('keeps nothing of a member of an item that ends with its equals sign', () => {
    expect(apply('a[0].b=')).toEqual({ a: [] });
    expect(apply('a[0].b=,c=1')).toEqual({ a: [{ b: '' }], c: 1 });
    expect(apply('a[0].b=x', 'literal')).toEqual({ a: [{ b: 'x' }] });
    expect(apply('a[0].b=', 'typed', 'a: [1]')).toEqual({ a: [{ b: '' }] });
    expect(apply('a[0].b[0]=')).toEqual({ a: [{ b: [''] }] });
  });

  it('keeps nothing of an item that ends behind its index', () => {
    expect(apply('a[2][2]')).toEqual({ a: [] });
    expect(apply('a[65537][1]', 'literal')).toEqual({ a: [] });
  });

  it('refuses a path through something that is no map', () => {
    expect(() => apply('a.b=1', 'typed', 'a: text')).toThrow('unable to parse key');
  });
});

describe('the other forms', () => {
  it('--set-string keeps text', () => {
    expect(apply('a=1,b=true,c={1,2}', 'string')).toEqual({ a: '1', b: 'true', c: ['1', '2'] });
  });

  it('--set-json reads JSON values one after the other', () => {
    expect(apply('a={"x":[1,2]},b="t, \\"q\\"",c=null,d=1.5', 'json')).toEqual({
      a: { x: [1, 2] },
      b: 't, "q"',
      c: null,
      d: 1.5,
    });
    expect(apply('a[1].b=[{"c":"]"}]', 'json')).toEqual({ a: [null, { b: [{ c: ']' }] }] });
    expect(apply('a=', 'json')).toEqual({ a: null });
    expect(() => apply('a={bad}', 'json')).toThrow();
  });

  it('--set-literal takes the rest as it is', () => {
    expect(apply('a.b={x},c=1\\,[y]', 'literal')).toEqual({ a: { b: '{x},c=1\\,[y]' } });
    expect(() => apply('a.=x', 'literal')).toThrow('key map "a" has no value');
  });

  it('--set-file puts the content in place of the value', () => {
    expect(apply('a.b=x', { content: 'line\n1,2' })).toEqual({ a: { b: 'line\n1,2' } });
  });

  it('--set-file reads every path of its expression, commas and lists as elsewhere', () => {
    const read = (path: string): string => `<${path}>`;
    expect(apply('a=one.txt,b={x\\,y,z},c[0]=w', { read })).toEqual({
      a: '<one.txt>',
      b: ['<x,y>', '<z>'],
      c: ['<w>'],
    });
    expect(setFilePaths('a=one.txt,b={x\\,y,z},c[0]=w', 4)).toEqual(['one.txt', 'x,y', 'z', 'w']);
    expect(setFilePaths('a=one.txt,b', 4)).toEqual(['one.txt']);
  });
});

describe('keys that name prototypes', () => {
  it('are plain keys', () => {
    const values = readValues('', 4);
    applySet('__proto__.polluted=1,constructor.x=2', values, 'typed', 4);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect([...values.keys()]).toEqual(['__proto__', 'constructor']);
  });
});
