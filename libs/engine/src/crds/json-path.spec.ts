import { describe, expect, it } from 'vitest';
import { parseJsonPath, valuesAt } from './json-path.js';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'shop' } },
  spec: { replicas: 3, isOpen: true, hosts: ['a', 'b', 'c'], nothing: null },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', generation: 1 },
      { type: 'Synced', status: 'False', generation: 2, reason: 'Later (soon)' },
    ],
  },
};
const at = (path: string) => {
  const steps = parseJsonPath(path);
  return steps ? valuesAt(object, steps) : 'not understood';
};

describe('a JSONPath', () => {
  it.each<[string, unknown]>([
    ['.spec.replicas', [3]],
    ['.spec.none.at.all', []],
    ['.', []],
    ['{.spec.replicas}', [3]],
    ['$.spec.replicas', [3]],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['shop']],
    [".metadata.labels['app\\.kubernetes\\.io/name']", ['shop']],
    ['.spec.hosts[0]', ['a']],
    ['.spec.hosts[-1]', ['c']],
    ['.spec.hosts[-1:]', ['c']],
    ['.spec.hosts[1:]', ['b', 'c']],
    ['.spec.hosts[:2]', ['a', 'b']],
    ['.spec.hosts[0:3:2]', ['a', 'c']],
    ['.spec.hosts[*]', ['a', 'b', 'c']],
    ['.spec.hosts[0,2]', ['a', 'c']],
    ['.spec.hosts[3]', []],
    ['.spec.replicas[0]', []],
    ['.status.conditions[-1:].type', ['Synced']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type == 'Ready')].status", ['True']],
    ['.status.conditions[?(@.type!="Ready")].status', ['False']],
    ['.status.conditions[?(@.generation>1)].type', ['Synced']],
    ['.status.conditions[?(@.reason)].type', ['Synced']],
    ['.status.conditions[?(@.reason=="Later (soon)")].type', ['Synced']],
    ['.status.conditions[?(@.generation=="1")].type', []],
    ['.status.conditions[?(@.type=="None")].status', []],
    ['.spec[?(@.type=="Ready")]', []],
    ['..reason', ['Later (soon)']],
    ['.status.*[0].type', ['Ready']],
    ["['spec','status']['replicas']", [3]],
    ['.spec.nothing', [null]],
  ])('%s leads to %j', (path, values) => {
    expect(at(path)).toEqual(values);
  });

  it.each([
    '.spec.hosts[',
    '.spec.hosts[x]',
    '.spec.hosts[-]',
    '.spec.hosts[?(@.a=="b"]',
    '.spec.hosts[?(@.a=~"b")]',
    '.a....b',
    '.spec range',
    `.${'a[?(@.'.repeat(20)}`,
    `.a${'.a'.repeat(300)}`,
    'x'.repeat(5_000),
  ])('is not understood: %.40s', (path) => {
    expect(at(path)).toBe('not understood');
  });

  it('does not lead into what every object of the language has', () => {
    expect([at('.constructor'), at('.__proto__'), at('.spec.hosts.length')]).toEqual([[], [], []]);
  });
});
