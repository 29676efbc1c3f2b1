import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.js';
import { applyJsonPatch, asJsonPatch, type JsonPatchOperation } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { patchSchemaForKind } from './patch-schema.js';
import { strategicMergePatch } from './strategic-merge-patch.js';

describe('applyJsonPatch', () => {
  const cases: readonly [JsonValue, JsonPatchOperation[], JsonValue | RegExp][] = [
    [{}, [{ op: 'add', path: '/a', value: 1 }], { a: 1 }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: [1, 2] }, [{ op: 'remove', path: '/a/-1' }], { a: [1] }],
    [{ 'a/b': { 'c~d': 1 } }, [{ op: 'remove', path: '/a~1b/c~0d' }], { 'a/b': {} }],
    [{ a: 1 }, [{ op: 'replace', path: '/a', value: 2 }], { a: 2 }],
    [{}, [{ op: 'replace', path: '/a', value: 2 }], { a: 2 }],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [{ a: { b: 1, c: 2 } }, [{ op: 'test', path: '/a', value: { c: 2, b: 1 } }], { a: { b: 1, c: 2 } }],
    [{}, [{ op: 'test', path: '/a', value: null }], {}],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: 2 }], /found 1, expected 2/],
    [{}, [{ op: 'add', path: '/a/b', value: 1 }], /\/a does not exist/],
    [{}, [{ op: 'remove', path: '/a' }], /\/a does not exist/],
    [{ a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }], /outside of a list of 1/],
    [{ a: [1] }, [{ op: 'remove', path: '/a/x' }], /not an index/],
    [{}, [{ op: 'jump', path: '/a' }], /unknown op/],
    [{ a: {} }, [{ op: 'move', from: '/a', path: '/a/b' }], /into itself/],
  ];
  it.each(cases)('takes %j with %j', (document, operations, expected) => {
    const before = JSON.stringify(document);
    if (expected instanceof RegExp) expect(() => applyJsonPatch(document, operations)).toThrow(expected);
    else expect(applyJsonPatch(document, operations)).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });

  it('refuses more than ten thousand operations', () => {
    const operations = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/a', value: 1 }));
    expect(() => applyJsonPatch({}, operations)).toThrow(/10001 operations/);
  });

  it('refuses copies that double a document again and again', () => {
    const operations = Array.from({ length: 40 }, (_, i) => ({
      op: 'copy',
      from: i % 2 ? '/b' : '/a',
      path: i % 2 ? '/a/-' : '/b/-',
    }));
    expect(() => applyJsonPatch({ a: [1], b: [1] }, operations)).toThrow(/copies add more than/);
  });

  it('adds __proto__ as data', () => {
    const result = applyJsonPatch(
      {},
      asJsonPatch([{ op: 'add', path: '/__proto__', value: { polluted: 1 } }]),
    );
    expect(Object.keys(result as object)).toEqual(['__proto__']);
    expect(() => applyJsonPatch({}, [{ op: 'add', path: '/__proto__/polluted', value: 1 }])).toThrow(
      /does not exist/,
    );
    expect(() =>
      applyJsonPatch({}, [{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }]),
    ).toThrow(/does not exist/);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('refuses what is no list of operations', () => {
    expect(() => asJsonPatch({ a: 1 })).toThrow(/list of operations/);
    expect(() => asJsonPatch([{ op: 'add' }])).toThrow(/operation 0 needs op and path/);
  });
});

describe('copies made by a JSON patch', () => {
  it('change without what they were copied from', () => {
    const operations = asJsonPatch([
      { op: 'add', path: '/a/x', value: 1 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/y', value: 2 },
    ]);
    expect(applyJsonPatch({ a: {} }, operations)).toEqual({ a: { x: 1 }, b: { x: 1, y: 2 } });
  });

  it('of the whole into a part of it end', () => {
    const operations = asJsonPatch([
      { op: 'add', path: '/a/x', value: 1 },
      { op: 'copy', from: '', path: '/a/all' },
    ]);
    expect(applyJsonPatch({ a: {} }, operations)).toEqual({ a: { x: 1, all: { a: { x: 1 } } } });
  });
});

describe('applyMergePatch', () => {
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 1, b: { c: 1, d: 2 } }, { b: { c: null, e: 3 } }, { a: 1, b: { d: 2, e: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 'x' }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [{ a: 1 }, 'x', 'x'],
  ])('merges %j and %j', (document, patch, expected) => {
    expect(applyMergePatch(document, patch)).toEqual(expected);
  });

  it('never touches prototypes', () => {
    applyMergePatch(
      {},
      JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as JsonValue,
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('strategicMergePatch', () => {
  const schema = patchSchemaForKind({ group: 'apps', version: 'v1', kind: 'Deployment' });
  const pod = (containers: JsonValue, more: JsonObject = {}): JsonObject => ({
    spec: { template: { spec: { containers, ...more } } },
  });
  const patched = (original: JsonObject, patch: JsonObject): JsonValue =>
    strategicMergePatch(original, patch, schema);

  it('merges containers by name and puts new ones where the patch has them', () => {
    const original = pod([
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ]);
    const patch = pod([
      { name: 'c', image: 'c:1' },
      { name: 'b', image: 'b:2' },
    ]);
    expect(patched(original, patch)).toEqual(
      pod([
        { name: 'c', image: 'c:1' },
        { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: 'b:2' },
      ]),
    );
  });

  it('obeys $setElementOrder', () => {
    const original = pod([{ name: 'a' }, { name: 'b' }]);
    const patch = pod([{ name: 'c' }], {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
    });
    expect(patched(original, patch)).toEqual(pod([{ name: 'b' }, { name: 'c' }, { name: 'a' }]));
  });

  it('deletes and replaces entries by $patch', () => {
    const original = pod([{ name: 'a' }, { name: 'b' }]);
    expect(patched(original, pod([{ name: 'a', $patch: 'delete' }]))).toEqual(pod([{ name: 'b' }]));
    expect(patched(original, pod([{ $patch: 'replace' }, { name: 'c' }]))).toEqual(pod([{ name: 'c' }]));
    expect(
      patched({ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'replace', b: '2' } } }),
    ).toEqual({
      metadata: { labels: { b: '2' } },
    });
  });

  it('deletes values of scalar lists', () => {
    const original = { metadata: { finalizers: ['a', 'b', 'c'] } };
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'] } };
    expect(patched(original, patch)).toEqual({ metadata: { finalizers: ['a', 'c'] } });
  });

  it('keeps only what $retainKeys names', () => {
    const original = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(patched(original, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  it('removes by null and replaces lists without a merge key', () => {
    const original = pod([{ name: 'a', image: 'x', command: ['a', 'b'] }]);
    expect(patched(original, pod([{ name: 'a', image: null, command: ['c'] }]))).toEqual(
      pod([{ name: 'a', command: ['c'] }]),
    );
  });

  const containers = (...list: JsonObject[]): JsonObject => pod(list);
  const ordered = (order: readonly string[], ...list: JsonObject[]): JsonObject => ({
    spec: {
      template: {
        spec: { containers: list, '$setElementOrder/containers': order.map((name) => ({ name })) },
      },
    },
  });

  it('adds nothing for maps with $patch where nothing was', () => {
    const added = { metadata: { labels: { $patch: 'delete' }, annotations: { a: 'b', c: null } } };
    expect(patched({}, added)).toEqual({ metadata: { annotations: { a: 'b' } } });
    const list = containers({ name: 'a', $patch: 'delete' }, { name: 'b', $retainKeys: ['name'] });
    expect(patched({}, list)).toEqual(containers({ name: 'b' }));
    expect(patched(containers({ name: 'a' }), { spec: { template: { spec: { nodeName: 'n' } } } })).toEqual({
      spec: { template: { spec: { containers: [{ name: 'a' }], nodeName: 'n' } } },
    });
  });

  it.each([
    [['b', 'c'], [{ name: 'a' }], /order in patch list:\n\[map\[name:a\]\]\n doesn't match/],
    [['b', 'a'], [{ name: 'a' }, { name: 'b' }], /doesn't match \$setElementOrder list:\n\[map\[name:b\]/],
    [['a'], [{ name: 'a' }, { $patch: 'replace' }], /order in patch list/],
    [['a'], [], /no elements/],
  ])('refuses the order %j for %j, where no list was', (order, list, message) => {
    const empty = { spec: { template: { spec: {} } } };
    expect(() => patched(empty, ordered(order, ...list))).toThrow(message);
  });

  it('orders deleted and added entries as apimachinery does', () => {
    const live = containers({ name: 'b' }, { name: 'a' });
    expect(patched(live, ordered(['c'], { name: 'c' }, { name: 'a', $patch: 'delete' }))).toEqual(
      containers({ name: 'b' }, { name: 'c' }),
    );
    expect(patched({}, ordered(['b', 'a'], { name: 'b' }, { name: 'a' }))).toEqual(
      containers({ name: 'b' }, { name: 'a' }),
    );
    expect(patched(live, ordered(['x', 'a', 'b'], { name: 'x' }))).toEqual(
      containers({ name: 'x' }, { name: 'a' }, { name: 'b' }),
    );
  });

  it('changes neither input and says what is wrong in the words of apimachinery', () => {
    const original = pod([{ name: 'a' }]);
    const before = JSON.stringify(original);
    for (const [patch, message] of [
      [pod([{ image: 'x' }]), 'map: map[image:x] does not contain declared merge key: name'],
      [pod([{ $patch: 'delete' }]), 'map: map[$patch:delete] does not contain declared merge key: name'],
      [pod([{ $patch: 'merge', name: 'a' }]), 'merging lists cannot yet be specified in the patch'],
      [pod([{ $patch: 5, name: 'a' }]), 'unknown patch type: %!s(int64=5) in map: map[$patch:5 name:a]'],
      [pod([1]), 'list element types are not identical: [[map[name:a]] [1]]'],
      [{ spec: { $patch: 'explode' } }, 'unknown patch type: explode in map: map[$patch:explode]'],
      [{ spec: { $retainKeys: 'x' } }, 'invalid patch format of retainKeys'],
    ] as const)
      expect(() => patched(original, patch as JsonObject)).toThrow(message);
    patched(original, pod([{ name: 'a', image: 'y' }]));
    expect(JSON.stringify(original)).toBe(before);
  });
});
