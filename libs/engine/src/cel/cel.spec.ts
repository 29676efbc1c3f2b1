import { describe, expect, it } from 'vitest';
import { compileCel } from '../crds/cel.js';
import { Budget } from './budget.js';
import { celOf, jsonOf } from './json.js';
import { PolicyExpressions } from './policy-environment.js';

const variables = {
  object: celOf({
    metadata: { name: 'web', labels: { app: 'web', 'a/b': 'c' } },
    spec: { replicas: 3, names: ['a', 'b', 'c'], 'dashed-name': 1, namespace: 'x' },
  }),
};
const NAMES: ReadonlySet<string> = new Set(['object']);
const evaluated = (expression: string): unknown => jsonOf(compileCel(expression, NAMES)(variables));

describe('the language', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['-7 / 2 == -3 && -7 % 2 == -1', true],
    ['!!true ? "yes" : "no"', 'yes'],
    ['dyn(1) == 1.0 && dyn(1u) == 1 && 2 < 2.5', true],
    ['[1, 2] + [3] == [1, 2, 3]', true],
    ['dyn({"a": 1}) == {"a": 1.0}', true],
    ["r\"\\d\" + \"\\x41\\u00e9\" + '''it's'''", "\\dAéit's"],
    ['b"é".size()', 2],
    ['"é😀".size()', 2],
    ['has(object.spec.replicas) && !has(object.spec.other)', true],
    ['object.spec.dashed__dash__name + size(object.spec.__namespace__)', 2],
    ['object.metadata.labels["a/b"]', 'c'],
    ['object.?spec.?nothing.deep.orValue("none")', 'none'],
    ['object.spec[?"replicas"].value()', 3],
    ['[?object.?a, ?optional.of(dyn(1))]', [1]],
    ['{?"a": object.?a, "b": dyn(1)}', { b: 1 }],
    ['optional.of(2).optMap(x, x + 1).value()', 3],
    ['false && object.nothing', false],
    ['object.nothing || true', true],
    ['[1, 2].exists(x, 1 / (x - 1) > 0)', true],
    ['type(1) == int && type("") == string && type([]) == list', true],
    ['timestamp("2024-02-29T12:00:00Z").getDayOfYear()', 59],
    ['timestamp("2024-01-01T00:00:00Z").getHours("Europe/Berlin")', 1],
    ['string(timestamp("2024-02-29T23:59:59.5Z") + duration("1h"))', '2024-03-01T00:59:59.5Z'],
    ['string(duration("1h30m1.5s"))', '5401.5s'],
    ['int("-9223372036854775808") == -9223372036854775808', true],
  ])('%s', (expression, expected) => {
    expect(evaluated(expression)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['object.spec.names.map(n, n != "b", n + n)', ['aa', 'cc']],
    ['object.spec.names.all(i, n, object.spec.names[i] == n)', true],
    ['object.spec.names.exists(i, n, i == 2 && n == "c")', true],
    ['object.metadata.labels.existsOne(k, v, v == "web")', true],
    ['object.spec.names.transformList(i, n, i > 0, n + string(i))', ['b1', 'c2']],
    ['object.metadata.labels.transformMap(k, v, k == "app", v + "!")', { app: 'web!' }],
    ['["a", "b"].transformMapEntry(i, n, {n: i})', { a: 0, b: 1 }],
    ['object.metadata.labels.exists(k, k == "app")', true],
  ])('loops: %s', (expression, expected) => {
    expect(evaluated(expression)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['["a", "b"].join("-").upperAscii()', 'A-B'],
    ['"hello".substring(1, 3) + "hello".charAt(4)', 'elo'],
    ['"tacocat".lastIndexOf("c") + "tacocat".indexOf("c", 3)', 8],
    ['strings.quote("a\\n\\"b\\"")', '"a\\n\\"b\\""'],
    ['"%s %d %.2f %x".format([[1, "a"], 7, 1.005, 255])', '[1, "a"] 7 1.00 ff'],
    ['"a1b22".findAll("[0-9]+", 1)', ['1']],
    ['[3, 1, 2].sort() == [1, 2, 3] && [1, 1, 2].distinct() == [1, 2]', true],
    ['lists.range(4).slice(1, 3)', [1, 2]],
    ['[[1], [2, 3]].flatten()', [1, 2, 3]],
    ['[1.5, 2.5].sum()', 4],
    ['sets.equivalent([1, 2, 2], [2, 1])', true],
    ['quantity("1Gi").add(quantity("1Gi")).compareTo(quantity("2Gi"))', 0],
    ['quantity("50k").sub(20000).asInteger()', 30000],
    ['quantity("1.5").isInteger()', false],
    ['cidr("10.0.0.0/8").containsIP("10.9.8.7") && !cidr("10.0.0.0/8").containsCIDR("10.0.0.0/7")', true],
    ['string(cidr("192.168.1.7/24").masked())', '192.168.1.0/24'],
    ['string(ip("2001:db8:0:0:0:0:0:1")) + string(ip.isCanonical("::0"))', '2001:db8::1false'],
    ['isIP("::ffff:1.2.3.4") || isCIDR("10.0.0.0/33")', false],
    ['format.dns1123Label().validate("web").hasValue()', false],
    ['format.named("dns1123Label").value().validate("-x").value().size() > 0', true],
    ['semver("1.2.3-rc.1").isLessThan(semver("1.2.3"))', true],
    ['isSemver("v1.2") == false && semver("v1.2", true).minor() == 2', true],
    ['url("https://u@h.example:80/a b?x=1&x=2").getQuery()["x"]', ['1', '2']],
    ['url("https://[::1]:80/a").getHostname()', '::1'],
  ])('libraries: %s', (expression, expected) => {
    expect(evaluated(expression)).toEqual(expected);
  });

  it('makes objects for policies that change something', () => {
    const expressions = new PolicyExpressions({});
    const made = (expression: string, kind: 'apply' | 'patch'): unknown =>
      jsonOf(expressions.compile(expression, kind)(variables));
    expect(
      made('Object{spec: Object.spec{replicas: object.spec.replicas * 2, ?x: object.?x}}', 'apply'),
    ).toEqual({ spec: { replicas: 6 } });
    expect(made('[JSONPatch{op: "remove", path: "/" + jsonpatch.escapeKey("a~/b")}]', 'patch')).toEqual([
      { op: 'remove', path: '/a~0~1b' },
    ]);
  });

  it.each<[string, string]>([
    ['object.spec.nothing', 'no such key: nothing'],
    ['[1][3]', 'index out of bounds: 3'],
    ['1 / 0', 'division by zero'],
    ['9223372036854775807 + 1', 'integer overflow'],
    ['dyn(1) + 1.0', 'no such overload'],
    ['dyn(1) && true', 'no such overload'],
    ['duration(object.metadata.name)', "type conversion error from 'string' to 'google.protobuf.Duration'"],
    ['[].max()', 'max called on empty list'],
  ])('%s fails: %s', (expression, problem) => {
    expect(() => evaluated(expression)).toThrow(problem);
  });

  it.each<[string, string]>([
    ['nowhere(1)', "undeclared reference to 'nowhere' (in container '')"],
    ['object.nowhere()', "undeclared reference to 'nowhere' (in container '')"],
    ['other == 1', "undeclared reference to 'other' (in container '')"],
    ['size()', "found no matching overload for 'size'"],
    ['object.spec.names.all(1, true)', 'argument must be a simple name'],
    ['has(object)', 'invalid argument to has() macro'],
    ['"open', 'Syntax error: token recognition error'],
    ['9223372036854775808', 'invalid int literal'],
    [`${'('.repeat(500)}1${')'.repeat(500)}`, 'expression recursion limit exceeded'],
    ['Strange{a: 1}', "undeclared reference to 'Strange'"],
  ])('%s is refused: %s', (expression, problem) => {
    expect(() => compileCel(expression, new Set(['object']))).toThrow(problem);
  });

  it('stops expressions that do too much, whatever stands around them', () => {
    const expression = compileCel(
      'true || [1,2,3,4,5,6,7,8,9,10].all(a, lists.range(1000).all(b, lists.range(1000).all(c, c >= 0)))',
    );
    expect(expression({})).toBe(true);
    const deep = compileCel('lists.range(2000).all(b, lists.range(2000).all(c, c >= 0)) || true');
    expect(() => deep({})).toThrow('actual cost limit exceeded');
    const budget = new Budget(5);
    expect(() => compileCel('[1, 2, 3].map(x, x)')({}, budget)).toThrow('actual cost limit exceeded');
  });

  it.each([
    ['lists of lists that share their items', 'b = [a, a]'],
    ['texts of texts', 'text'],
  ])('does not drown in %s', (_, kind) => {
    const doubled = (depth: number, name: string): string =>
      depth === 0
        ? name
        : `optional.of([${name}, ${name}]).optMap(${name}${depth}, ${doubled(depth - 1, `${name}${depth}`)}).value()`;
    const expression =
      kind === 'text'
        ? 'optional.of(lists.range(20000).map(i, "0123456789").join()).optMap(s, lists.range(20000).map(i, s).join()).value() == ""'
        : `optional.of([1]).optMap(a, ${doubled(26, 'a')}) == optional.of([1]).optMap(c, ${doubled(26, 'c')}).or(optional.none())`;
    expect(() => compileCel(expression)({})).toThrow(/the value is too large|cost limit exceeded/);
  });

  it('refuses chains too long to be run, and runs the others', () => {
    expect(evaluated(Array.from({ length: 1000 }, () => '1').join('+'))).toBe(1000);
    expect(() => compileCel(Array.from({ length: 20_000 }, () => '1').join('+'))).toThrow();
  });
});
