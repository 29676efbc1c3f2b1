import { describe, expect, it } from 'vitest';
import { NONE } from '../cel/values.js';
import { celValue, compileCel } from './cel.js';

const self = celValue({
  count: 2,
  ratio: 0.5,
  name: 'web-1',
  list: [3, 1, 2],
  filters: [{ type: 'A', path: { to: '/x' } }, { type: 'B' }],
  labels: { app: 'web' },
  memory: '1Gi',
  address: '10.0.0.1',
  link: 'https://example.com:8443/a?b=c',
});

const NAMES: ReadonlySet<string> = new Set(['self', 'oldSelf']);

describe('CEL as Kubernetes extends it', () => {
  it.each<[string, unknown]>([
    ['self.count == 2 && self.ratio < 1.0', true],
    ['self.name.matches("^web-[0-9]+$")', true],
    ['self.name.find("[0-9]+")', '1'],
    ['self.name.replace("web", "db")', 'db-1'],
    ['"%s has %d".format([self.name, self.count])', 'web-1 has 2'],
    ['self.list.sum()', 6n],
    ['self.list.max() - self.list.min()', 2n],
    ['self.list.isSorted()', false],
    ['self.list.indexOf(1)', 1n],
    ['sets.contains(self.list, [1, 2])', true],
    ['sets.intersects(self.list, [9])', false],
    ['has(self.filters[0].path)', true],
    ['has(self.filters[1].path)', false],
    ['self.filters.exists_one(f, has(f.path) && f.path.to == "/x")', true],
    ['self.?missing.orValue("none")', 'none'],
    ['self.labels.all(k, self.labels[k].size() < 5)', true],
    ['quantity(self.memory).isGreaterThan(quantity("512Mi"))', true],
    ['isQuantity("lots")', false],
    ['ip(self.address).family()', 4n],
    ['isIP("nowhere")', false],
    ['url(self.link).getScheme() == "https" && url(self.link).getPort() == "8443"', true],
    ['isURL("nowhere")', false],
    ['oldSelf.hasValue()', false],
  ])('%s', (expression, expected) => {
    expect(compileCel(expression, NAMES)({ self, oldSelf: NONE })).toEqual(expected);
  });

  it.each(['self.', 'self.count +', '1 ++ 2', 'self.list.all(x)'])('is not %s', (expression) => {
    expect(() => compileCel(expression, NAMES)({ self })).toThrow();
  });

  it('cannot reach the language it is interpreted in', () => {
    for (const expression of [
      'self.__proto__',
      'self.constructor',
      'self.name.constructor',
      'globalThis',
      'this',
    ]) {
      expect(() => compileCel(expression, NAMES)({ self })).toThrow();
    }
  });

  it('takes linear time over patterns that make others hang', () => {
    expect(compileCel('self.matches("^(a+)+$")', NAMES)({ self: `${'a'.repeat(50_000)}!` })).toBe(false);
  });

  it('refuses loops in loops over long lists', () => {
    const list = Array.from({ length: 10_000 }, (_, index) => index);
    const nested = compileCel('self.all(a, self.all(b, a != b || a == b))', NAMES);
    expect(nested({ self: celValue(list.slice(0, 100)) })).toBe(true);
    expect(() => nested({ self: celValue(list) })).toThrow('actual cost limit exceeded');
  });

  it('marks the place where an expression is wrong', () => {
    expect(() => compileCel('self.a &&', NAMES)).toThrow(
      /^ERROR: <input>:1:10: Syntax error: .*\n \| self\.a &&\n \| \.{9}\^$/s,
    );
  });
});
