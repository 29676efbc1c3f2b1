import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@lotse/manifests';
import { applyJsonPatch } from './json-patch.js';

const document = (): JsonObject => ({ a: { b: [1, 2] }, 'x/y': 1 });

describe('a JSON patch', () => {
  it.each<[string, object[], unknown]>([
    [
      'adds to lists and objects',
      [
        { op: 'add', path: '/a/b/-', value: 3 },
        { op: 'add', path: '/a/c', value: null },
      ],
      { a: { b: [1, 2, 3], c: null }, 'x/y': 1 },
    ],
    [
      'replaces and removes',
      [
        { op: 'replace', path: '/a/b/0', value: 9 },
        { op: 'remove', path: '/x~1y' },
      ],
      { a: { b: [9, 2] } },
    ],
    [
      'moves and copies',
      [
        { op: 'copy', from: '/a/b', path: '/c' },
        { op: 'move', from: '/a', path: '/d' },
      ],
      { c: [1, 2], d: { b: [1, 2] }, 'x/y': 1 },
    ],
    ['tests', [{ op: 'test', path: '/a/b', value: [1, 2] }], document()],
  ])('%s', (_, patch, expected) => expect(applyJsonPatch(document(), patch)).toEqual(expected));

  it.each<[string, unknown]>([
    ['no list', {}],
    ['an unknown operation', [{ op: 'explode', path: '/a' }]],
    ['a path to nothing', [{ op: 'replace', path: '/none', value: 1 }]],
    ['a test that fails', [{ op: 'test', path: '/x~1y', value: 2 }]],
    ['an index out of the list', [{ op: 'add', path: '/a/b/9', value: 1 }]],
    ['a relative path', [{ op: 'add', path: 'a', value: 1 }]],
    ['too many operations', Array(1_001).fill({ op: 'test', path: '/x~1y', value: 1 })],
  ])('is refused for %s', (_, patch) => expect(() => applyJsonPatch(document(), patch)).toThrow(/patch/i));

  it('never reaches a prototype', () => {
    const result = applyJsonPatch(document(), [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }]);
    expect(Object.hasOwn(result as object, '__proto__')).toBe(true);
    expect(() =>
      applyJsonPatch(document(), [{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }]),
    ).toThrow(/nothing at/);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
