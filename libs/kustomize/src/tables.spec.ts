import { describe, expect, it } from 'vitest';
import { parseImageEdit } from './edits.js';
import { splitFieldPath } from './field-path.js';
import { splitPath } from './field-spec.js';
import { readEnvFile, readFileSource, readLiteral } from './generators/key-values.js';
import { goJson } from './go-json.js';
import { parseLabelSelector } from './label-selector.js';
import { isRemote } from './loader.js';
import { mergeSchemaForKind } from './merge-schema.js';
import { appendOrigin, joinPath } from './origin.js';
import { readValues } from './read-values.js';
import { effectiveNamespace, isClusterScoped } from './resource-id.js';
import { textMatcher } from './selector.js';
import { applyStrategicMerge } from './strategic-merge.js';
import { mergeSpecs } from './transformer-config.js';
import { splitImage } from './transformers/images.js';
import { toJson } from './json-values.js';
import { isMap, type ValueMap } from './values.js';

describe('splitImage', () => {
  it.each([
    ['nginx', 'nginx', '', ''],
    ['nginx:1', 'nginx', '1', ''],
    ['reg:5000/a/b', 'reg:5000/a/b', '', ''],
    ['reg:5000/a/b:2', 'reg:5000/a/b', '2', ''],
    ['a/b@sha256:x', 'a/b', '', 'sha256:x'],
    ['a/b:1@sha256:x', 'a/b', '1', 'sha256:x'],
  ])('splits %s', (image, name, tag, digest) => {
    expect(splitImage(image)).toEqual({ name, tag, digest });
  });
});

describe('parseImageEdit', () => {
  it.each([
    ['a=b:1', { name: 'a', newName: 'b', newTag: '1' }],
    ['a:1', { name: 'a', newTag: '1' }],
    ['a@sha256:x', { name: 'a', digest: 'sha256:x' }],
    ['a=reg:5000/b', { name: 'a', newName: 'reg:5000/b' }],
  ])('reads %s', (text, entry) => {
    expect(parseImageEdit(text)).toEqual(entry);
  });

  it('refuses a name alone', () => {
    expect(() => parseImageEdit('a')).toThrow(/says nothing to change/);
  });
});

describe('label selectors', () => {
  const labels = new Map([
    ['a', 'b'],
    ['n', '5'],
  ]);
  it.each([
    ['', true],
    ['a', true],
    ['!a', false],
    ['x', false],
    ['!x', true],
    ['a=b', true],
    ['a==b', true],
    ['a = b', true],
    ['a!=b', false],
    ['x!=b', true],
    ['a in (b, c)', true],
    ['a notin (b,c)', false],
    ['x notin (b)', true],
    ['n>4', true],
    ['n<4', false],
    ['a=b,n=5,!x', true],
    ['a=b,n=6', false],
  ])('%j gives %s', (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  it('refuses what it cannot read', () => {
    expect(() => parseLabelSelector('a=b c')).toThrow(/unable to parse requirement/);
  });
});

describe('paths', () => {
  it.each([
    ['a/b', ['a', 'b']],
    ['/a/b', ['a', 'b']],
    ['a\\/b/c', ['a/b', 'c']],
    ['', ['']],
  ])('field specs split %j', (path, parts) => {
    expect(splitPath(path)).toEqual(parts);
  });

  it.each([
    ['a.b.0', ['a', 'b', '0']],
    ['a.[name=x.y].b', ['a', '[name=x.y]', 'b']],
    ['metadata.annotations.a\\.b/c', ['metadata', 'annotations', 'a.b/c']],
    ['data.[a.b].c', ['data', 'a.b', 'c']],
  ])('replacements split %j', (path, parts) => {
    expect(splitFieldPath(path)).toEqual(parts);
  });

  it.each([
    ['https://example.com/a', true],
    ['github.com/a/b', true],
    ['git@example.com:a/b', true],
    ['git::https://example.com/a', true],
    ['../base', false],
    ['https/base', false],
  ])('%j is remote: %s', (path, remote) => {
    expect(isRemote(path)).toBe(remote);
  });

  it('joins origins, also above the start and in other repositories', () => {
    expect(joinPath('a/b', '../../../c')).toBe('../c');
    expect(appendOrigin({ path: 'a' }, 'https://github.com/o/r/sub?ref=v1')).toEqual({
      path: 'sub',
      repo: 'https://github.com/o/r',
      ref: 'v1',
    });
    expect(appendOrigin({ path: 'a' }, 'https://example.com/o/r//sub')).toEqual({
      path: 'sub',
      repo: 'https://example.com/o/r',
    });
  });
});

describe('sources of generators', () => {
  it.each([
    ['a=b', ['a', 'b']],
    ['a=b=c', ['a', 'b=c']],
    ['a="b"', ['a', 'b']],
    ['a=\'b"', ['a', '\'b"']],
    ['a=', ['a', '']],
  ])('reads the literal %j', (literal, pair) => {
    expect(readLiteral(literal)).toEqual(pair);
  });

  it.each([
    ['x/y.txt', ['y.txt', 'x/y.txt']],
    ['k=x/y.txt', ['k', 'x/y.txt']],
  ])('reads the file source %j', (source, pair) => {
    expect(readFileSource(source)).toEqual(pair);
  });

  it.each(['=x', 'k=', 'a=b=c'])('refuses the file source %j', (source) => {
    expect(() => readFileSource(source)).toThrow(/source/);
  });

  it('reads env files line by line', () => {
    const text = '\ufeffA=1\r\n\n  # c\n\tB = 2 \nC\n=x\n';
    expect(readEnvFile(new TextEncoder().encode(text), 'e')).toEqual([
      ['A', '1'],
      ['B ', ' 2 '],
      ['C', ''],
    ]);
    expect(() => readEnvFile(Uint8Array.of(0xff), 'e')).toThrow(/utf8/);
  });
});

describe('goJson', () => {
  it('sorts keys by bytes and escapes what Go escapes', () => {
    expect(goJson({ b: '<&>\u2028', a: [1, null, true], é: 'é' })).toBe(
      '{"a":[1,null,true],"b":"\\u003c\\u0026\\u003e\\u2028","é":"é"}',
    );
  });
});

describe('ids', () => {
  const id = (kind: string, version: string, namespace: string) => ({
    group: '',
    version,
    kind,
    name: 'x',
    namespace,
  });
  it('know the scopes of Kubernetes 1.21 and take other kinds for namespaced', () => {
    expect(isClusterScoped(id('Namespace', 'v1', ''))).toBe(true);
    expect(isClusterScoped(id('Pod', 'v1', ''))).toBe(false);
    expect(isClusterScoped({ group: 'e.com', version: 'v1', kind: 'Custom' })).toBe(false);
    expect(effectiveNamespace(id('Pod', 'v1', ''))).toBe('default');
    expect(effectiveNamespace(id('Namespace', 'v1', 'a'))).not.toBe('a');
  });

  it('patterns match the whole text', () => {
    expect(textMatcher('a.c')('abc')).toBe(true);
    expect(textMatcher('a')('abc')).toBe(false);
    expect(textMatcher('a|bc')('bc')).toBe(true);
    expect(textMatcher('')('anything')).toBe(true);
    expect(() => textMatcher('(')).toThrow(/not a regular expression/);
  });
});

describe('field specs', () => {
  it('are merged, and refused when they differ in create only', () => {
    expect(mergeSpecs([{ path: 'a' }], [{ path: 'a', kind: 'X' }, { path: 'b' }])).toHaveLength(3);
    expect(mergeSpecs([{ path: 'a', kind: 'X' }], [{ path: 'a' }])).toHaveLength(1);
    expect(() => mergeSpecs([{ path: 'a' }], [{ path: 'a', create: true }])).toThrow(
      /conflicting fieldspecs/,
    );
  });
});

describe('applyStrategicMerge', () => {
  const merged = (target: string, patch: string): unknown => {
    const read = (text: string): ValueMap => {
      const [value] = readValues(text, undefined);
      return value !== undefined && isMap(value) ? value : {};
    };
    const result = applyStrategicMerge(read(target), read(patch));
    return result && toJson(result);
  };
  const service = (ports: string): string => `apiVersion: v1\nkind: Service\nspec: {ports: ${ports}}\n`;
  const ports = (...list: unknown[]): unknown => ({
    apiVersion: 'v1',
    kind: 'Service',
    spec: { ports: list },
  });

  it.each<[target: string, patch: string, expected: unknown[]]>([
    [
      '[{port: 1, protocol: TCP}, {port: 1, protocol: UDP}]',
      '[{port: 1, protocol: UDP, name: u}]',
      [
        { port: 1, protocol: 'TCP' },
        { port: 1, protocol: 'UDP', name: 'u' },
      ],
    ],
    ['[{port: 1}, {port: 2}]', '[{port: 2, name: x}]', [{ port: 2, name: 'x' }, { port: 1 }]],
    ['[{port: 1}]', '[{port: 2}]', [{ port: 2 }, { port: 1 }]],
    ['[{port: 1}, {port: 2}]', '[{port: 1, $patch: delete}]', [{ port: 2 }]],
    ['[{port: 1}]', '[{port: 1, $patch: delete}]', []],
    ['[{port: 1}]', '[{$patch: replace}, {port: 9}]', [{ port: 9 }]],
  ])('merges ports %s with %s', (target, patch, expected) => {
    expect(merged(service(target), service(patch))).toEqual(ports(...expected));
  });

  it('joins lists of scalars that merge, and replaces those that do not', () => {
    expect(
      merged(
        'apiVersion: v1\nkind: Pod\nmetadata: {finalizers: [a, b]}\n',
        'apiVersion: v1\nkind: Pod\nmetadata: {finalizers: [c, a]}\n',
      ),
    ).toMatchObject({
      metadata: { finalizers: ['c', 'a', 'b'] },
    });
    expect(merged('kind: Custom\nlist: [a]\n', 'kind: Custom\nlist: [b]\n')).toEqual({
      kind: 'Custom',
      list: ['b'],
    });
  });

  it('knows merge keys by kind and version', () => {
    expect(
      mergeSchemaForKind('apps/v1', 'Deployment')
        ?.field('spec')
        ?.field('template')
        ?.field('spec')
        ?.field('containers')?.listKeys,
    ).toEqual(['name']);
    expect(mergeSchemaForKind('example.com/v1', 'Deployment')).toBeUndefined();
    expect(mergeSchemaForKind('v1', 'constructor')).toBeUndefined();
  });
});
