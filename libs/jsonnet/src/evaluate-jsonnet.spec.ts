import { CodedError, MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { evaluateJsonnet, type JsonnetRequest } from './evaluate-jsonnet.js';

const evaluate = (
  program: string,
  files: Record<string, string | Uint8Array> = {},
  request: Partial<JsonnetRequest> = {},
): JsonValue =>
  evaluateJsonnet({
    tree: new MemoryFileTree({ ...files, 'app/main.jsonnet': program }),
    path: 'app/main.jsonnet',
    ...request,
  });

function errorOf(work: () => unknown): CodedError {
  try {
    work();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the language', () => {
  it.each<[string, JsonValue]>([
    ['1 + 2 * 3 - 4 / 2 % 3', 5],
    ['[1 << 3, 8 >> 1, 6 & 3, 6 | 1, 6 ^ 3, ~1, -(-1), +2, !true]', [8, 4, 2, 7, 5, -2, 1, 2, false]],
    ['"a" + 1 + [2] + { b: null }', 'a1[2]{"b": null}'],
    ['local a = b, b = 2; a', 2],
    ['local f(x, y=x + 1) = [x, y]; f(1) + f(y=5, x=4)', [1, 2, 4, 5]],
    ['{ a: 1, b: self.a, c:: 3, "d e": $.c }', { a: 1, b: 1, 'd e': 3 }],
    [
      '{ a: { b: 1, c: 2 } } + { a+: { c: super.c + 1, d: "x" in super, e: "b" in super } }',
      { a: { b: 1, c: 3, d: false, e: true } },
    ],
    ['{ a: 1, b: self.a } { a: 2 }', { a: 2, b: 2 }],
    ['{ a:: 1 } + { a: 2 } + { b: 1 } + { b:: 2 } + { c:: 1 } + { c::: 2 }', { c: 2 }],
    ['{ [x + ""]: x * $.k for x in [1, 2] } + { k:: 10 }', { 1: 10, 2: 20 }],
    ['{ [null]: 1, [if true then "a"]: 2 }', { a: 2 }],
    ['[x * y for x in [1, 2, 3] if x != 2 for y in [1, 10]]', [1, 10, 3, 30]],
    ['"héllo😀"[5] + std.length("😀") + "abcdef"[1:5:2] + [1, 2, 3][-1:][0]', '😀1bd3'],
    ['|||\n  a\n   b\n\n  c\n|||', 'a\n b\n\nc\n'],
    ['|||-\n  a\n|||', 'a'],
    [`@'it''s' + "\\u00e9\\t"`, "it's\u00e9\t"],
    ['local x = error "never"; [1, if false then x else 2]', [1, 2]],
    ['assert 1 < 2 : "no"; { assert self.a == 1, a: 1 }', { a: 1 }],
    ['local f(n) = if n == 0 then "done" else f(n - 1) tailstrict; f(100000)', 'done'],
    ['1_000 // comment\n # other\n /* third */', 1000],
    ['{ __proto__: 1, constructor: 2 }.constructor', 2],
  ])('%s', (program, expected) => {
    expect(evaluate(program)).toEqual(expected);
  });

  it('keeps hostile names of fields as plain data', () => {
    const value = evaluate('{ "__proto__": { polluted: true } }');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
  it.each([
    ['{ a: 1, a: 2 }', /there twice/],
    ['local x = 1; y', /unknown name: y/],
    ['self.a', /outside of an object/],
    ['[1, 2', /expected \]/],
    ['"abc', /no end/],
    ['(function(a) a)()', /missing argument: a/],
    ['(function(a) a)(1, 2)', /too many arguments/],
    ['(function(a) a)(b=1)', /no parameter b/],
    ['{ a: 1 }.b', /field does not exist: b/],
    ['{ assert false : "told" }', /told/],
    ['error "why " + 1', /why 1/],
    ['{ a: self.a }.a', /max stack frames/],
    ['local a = a; a', /infinite recursion/],
    ['1 / 0', /division by zero/],
    ['[1, 2][2]', /out of bounds/],
    ['{ f: function(x) x }', /f is a function/],
    ['if 1 then 2', /must be a boolean/],
    ['"%(a)s %s" % { a: 1 }', /needs names/],
    ['"%(a)*d" % { a: 1 }', /can have no \*/],
  ])('%s is refused with its place', (program, message) => {
    const error = errorOf(() => evaluate(program));
    expect(error.message).toMatch(message);
    expect(error.code).toMatch(/^jsonnet\//);
  });
  it('says file, line and column', () => {
    expect(errorOf(() => evaluate('{\n  a: 1 + {},\n}'))).toMatchObject({
      code: 'jsonnet/runtime',
      place: { file: 'app/main.jsonnet', line: 2, column: 8 },
    });
  });
});

describe('values from outside', () => {
  it('gives external variables and top level arguments as text or code', () => {
    const externals = [
      { name: 'text', value: '1 + 1' },
      { name: 'code', value: '1 + 1', code: true },
    ];
    expect(evaluate('[std.extVar("text"), std.extVar("code")]', {}, { externals })).toEqual(['1 + 1', 2]);
    const topLevelArguments = [{ name: 'a', value: '{ b: 1 }', code: true }];
    expect(evaluate('function(a, c="d") [a.b, c]', {}, { topLevelArguments })).toEqual([1, 'd']);
    expect(() => evaluate('function(a) a')).toThrow(/missing argument: a/);
    expect(() => evaluate('std.extVar("x")')).toThrow(/undefined external variable: x/);
  });
  it('imports code, text and bytes beside the file, then from the libraries, the last first', () => {
    const files = {
      'app/x.libsonnet': '{ from: "beside", other: import "lib.libsonnet" }',
      'one/lib.libsonnet': '"one"',
      'two/lib.libsonnet': '"two"',
      'app/text.txt': 'hé\n',
      'app/link.libsonnet': '\0link:../one/lib.libsonnet',
    };
    expect(
      evaluate(
        '[import "x.libsonnet", importstr "text.txt", importbin "text.txt", import "../one/lib.libsonnet", import "link.libsonnet"]',
        files,
        { libraries: ['one', 'two'] },
      ),
    ).toEqual([{ from: 'beside', other: 'two' }, 'hé\n', [104, 195, 169, 10], 'one', 'one']);
  });
  it.each([
    ['import "../../etc/passwd"', /out of the repository/],
    ['importstr "/etc/passwd"', /absolute path/],
    ['import "evil.libsonnet"', /out of the repository/],
    ['import "nowhere.libsonnet"', /couldn't open/],
    ['import "main.jsonnet"', /infinite recursion|max stack/],
  ])('%s is refused', (program, message) => {
    expect(() => evaluate(program, { 'app/evil.libsonnet': '\0link:../../etc/passwd' })).toThrow(message);
  });
});

describe('limits', () => {
  it.each([
    ['local f(x) = f(x + 1); f(0)', /max stack frames/],
    ['std.range(1, 1e12)', /longer than/],
    ['std.makeArray(1e9, function(i) i)', /longer than/],
    ['std.repeat("x", 1e12)', /longer than/],
    ['std.foldl(function(a, i) a + a, std.range(0, 60), "x")', /longer than/],
    ['std.foldl(function(a, i) [a, a], std.range(0, 60), 0)', /more than \d+ values/],
    ['std.toString(std.foldl(function(a, i) [a, a], std.range(0, 60), 0))', /longer than/],
    ['local f(n) = f(n + 1) tailstrict; f(0)', /steps/],
    ['"%999999999999d" % 1', /width/],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, /deep in each other/],
    [`${'-'.repeat(5000)}1`, /operators in a row/],
    ['{ a: { b: self } }', /max stack/],
  ])('%s ends with an error', (program, message) => {
    const limits = { maxSteps: 1_000_000, maxTextLength: 1_000_000, maxOutputValues: 100_000 };
    expect(() => evaluate(program, {}, { limits })).toThrow(message);
  });
});

describe('the library', () => {
  it.each<[string, JsonValue]>([
    [
      'std.format("%05.1f|%-4s|%x|%+d|%e|%g", [2.75, "a", 255, 3, 12345.678, 0.0001])',
      '002.8|a   |ff|+3|1.234568e+04|0.0001',
    ],
    ['"%(a)s-%(b)03d%%" % { a: "x", b: 7 }', 'x-007%'],
    ['"%dd{%(label)s}" % [30, "cluster"] + "%(a)s" % 1', '30d{cluster}1'],
    ['std.manifestJson([{}])', '[\n    {\n\n    }\n]'],
    ['std.manifestJsonEx({ a: [{}] }, " ")', '{\n "a": [\n  {\n\n  }\n ]\n}'],
    ['std.sort([3, 1, 2]) + std.uniq([1, 1, 2]) + std.setUnion([1, 3], [2, 3])', [1, 2, 3, 1, 2, 1, 2, 3]],
    ['std.mergePatch({ a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } })', { a: { c: 2, d: 3 } }],
    ['std.prune({ a: null, b: [], c: { d: {} }, e: [1, null] })', { e: [1] }],
    [
      'std.manifestYamlDoc({ a: [1, { b: "x\\ny\\n" }], c: {} })',
      '"a":\n- 1\n- "b": |\n    x\n    y\n"c": {}',
    ],
    ['std.manifestJsonMinified({ a: [1.5, null, "é"] })', '{"a":[1.5,null,"é"]}'],
    ['std.parseYaml("a: 1\\n---\\nb: 2")', [{ a: 1 }, { b: 2 }]],
    ['std.parseJson("{\\"a\\": [1]}")', { a: [1] }],
    ['std.base64Decode(std.base64("hello")) + std.md5("x")', 'hello9dd4e461268c8034f5c8564e155c67a6'],
    ['std.objectFields(std.objectRemoveKey({ b: 1, a: 2, c:: 3 }, "b"))', ['a']],
    ['std.mapWithKey(function(k, v) k + v, { a: 1 })', { a: 'a1' }],
    ['[std.get({ a: 1 }, "b", 2), std.trim(" x "), std.splitLimit("a/b/c", "/", 1)]', [2, 'x', ['a', 'b/c']]],
    ['std.toString(0.1) + std.toString(1e21)', '0.100000000000000011000000000000000000000'],
    ['[std.round(-0.5), std.modulo(-3, 2), std.thisFile]', [-1, -1, 'app/main.jsonnet']],
  ])('%s', (program, expected) => expect(evaluate(program)).toEqual(expected));
});
