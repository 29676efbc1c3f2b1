import { MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { readDirectory } from './directory.js';
import { globMatch } from './glob.js';

const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const names = (
  files: Record<string, string | Uint8Array>,
  path = 'app',
  options = {},
): (string | undefined)[] =>
  readDirectory(new MemoryFileTree(files), path, options).map((object) => object.metadata.name);

describe('a directory of manifests', () => {
  it('reads YAML and JSON of the folder, not of its folders, unless told to recurse', () => {
    const files = {
      'app/a.yaml': `${config('a')}---\n${config('b')}`,
      'app/c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
      'app/sub/d.yml': config('d'),
      'app/readme.md': 'x',
      'other/e.yaml': config('e'),
    };
    expect(names(files)).toEqual(['a', 'b', 'c']);
    expect(names(files, 'app', { recurse: true })).toEqual(['a', 'b', 'c', 'd']);
    expect(names(files, './app/', { recurse: true, exclude: '{sub/*,c.json}' })).toEqual(['a', 'b']);
    expect(names(files, 'app', { recurse: true, include: '**/*.yml' })).toEqual(['d']);
  });
  it('leaves out marked files and YAML that is no manifest, and refuses a broken manifest', () => {
    expect(
      names({
        'app/a.yaml': `# +argocd:skip-file-rendering\n${config('a')}`,
        'app/values.yaml': 'x: {{ y }}\n',
      }),
    ).toEqual([]);
    expect(() => names({ 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [}\n' })).toThrow(
      /app\/a.yaml/,
    );
  });
  it('reads UTF-16 with a byte order mark', () => {
    const bytes = new Uint8Array(Buffer.from(`\ufeff${config('wide')}`, 'utf16le'));
    expect(names({ 'app/a.yaml': bytes })).toEqual(['wide']);
  });
  it('refuses folders that are not there or outside, and links that leave', () => {
    expect(() => names({ 'app/a.yaml': config('a') }, 'nowhere')).toThrow(/does not exist/);
    expect(() => names({ 'app/a.yaml': config('a') }, '../etc')).toThrow(/leaves the repository/);
    expect(() => names({ 'app/a.yaml': '\0link:../../etc/passwd' })).toThrow(/link out of the repository/);
  });
  it('follows links inside the repository, and a circle of links to nowhere', () => {
    const files = {
      'app/a.yaml': '\0link:b.yaml',
      'app/b.yaml': '\0link:../shared/c.yaml',
      'app/x.yaml': '\0link:y.yaml',
      'app/y.yaml': '\0link:x.yaml',
      'shared/c.yaml': config('shared'),
    };
    expect(names(files)).toEqual(['shared', 'shared']);
  });
  it('reads UTF-16 of both orders and UTF-8 with a byte order mark', () => {
    const big = Buffer.from(`\ufeff${config('big')}`, 'utf16le').swap16();
    expect(names({ 'app/a.yaml': new Uint8Array(big), 'app/b.yaml': `\ufeff${config('mark')}` })).toEqual([
      'big',
      'mark',
    ]);
  });
  it('names the file whose bytes are no text', () => {
    const bytes = Buffer.concat([
      Buffer.from(config('a')),
      Buffer.from('data: {k: "'),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from('"}'),
    ]);
    expect(() => names({ 'app/a.yaml': new Uint8Array(bytes) })).toThrow(/app\/a.yaml/);
  });
  it('expands typed lists, and reads one JSON document a file', () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMapList',
      items: [{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }],
    });
    expect(names({ 'app/list.json': list })).toEqual(['x', 'y']);
    expect(() => names({ 'app/broken.json': '{"apiVersion": "v1",' })).toThrow(/app\/broken.json/);
  });
  it('applies exclude before include, and braces with commas', () => {
    const files = { 'app/a.yaml': config('a'), 'app/b.yaml': config('b'), 'app/c.yml': config('c') };
    expect(names(files, 'app', { include: '{a,b}.yaml', exclude: 'b.*' })).toEqual(['a']);
    expect(names(files, 'app', { include: '*.{yaml,yml}' })).toEqual(['a', 'b', 'c']);
  });
  it('leaves out folders that are links, so that no circle is walked', () => {
    expect(
      names({ 'app/a.yaml': config('a'), 'app/loop': '\0link:../app' }, 'app', { recurse: true }),
    ).toEqual(['a']);
  });
  it('refuses more than ten MiB', () => {
    expect(() => names({ 'app/a.yaml': `${config('a')}#${'x'.repeat(11 * 1024 * 1024)}` })).toThrow(
      /larger than/,
    );
  });
});

describe('programs in a directory', () => {
  const read = (result: JsonValue, files: Record<string, string> = {}): (string | undefined)[] =>
    readDirectory(new MemoryFileTree({ 'app/a.jsonnet': '', ...files }), 'app', {}, () => result).map(
      ({ metadata }) => metadata.name,
    );
  const object = (name: string): JsonValue => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

  it('give an object, an array of them, or a list', () => {
    expect(read(object('one'))).toEqual(['one']);
    expect(read([object('one'), null, object('two')])).toEqual(['one', 'two']);
    expect(read({ apiVersion: 'v1', kind: 'List', items: [object('one'), object('two')] })).toEqual([
      'one',
      'two',
    ]);
    expect(read(null)).toEqual([]);
  });
  it('are refused when they give anything else', () => {
    expect(() => read('text')).toThrow(/app\/a.jsonnet: its result is no object/);
    expect(() => read([object('one'), 2])).toThrow(/element 1 of its result is no object/);
    expect(() => read({ kind: 'ConfigMap' })).toThrow(/apiVersion is missing/);
  });
  it('are left out by their marker, and libraries are no programs', () => {
    const files = { 'app/a.jsonnet': '# +argocd:skip-file-rendering\n{}', 'app/lib.libsonnet': '{}' };
    expect(read(object('one'), files)).toEqual([]);
  });
  it('are refused where nobody evaluates them', () => {
    expect(() => names({ 'app/a.jsonnet': '{}' })).toThrow(/not evaluated here/);
  });
});

describe('globs', () => {
  it.each<[string, string, boolean]>([
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', 'sub/a.yaml', false],
    ['**/*.yaml', 'a.yaml', true],
    ['**/*.yaml', 'x/y/a.yaml', true],
    ['{a,b}*', 'bc', true],
    ['[a-c]?', 'bz', true],
    ['[!a]', 'a', false],
    ['a{b,{c,d}}', 'ad', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
  ])('%s on %s: %s', (pattern, text, expected) => expect(globMatch(pattern, text)).toBe(expected));
  it('stays linear on patterns made to explode', () => {
    expect(globMatch('*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(2000))).toBe(false);
  });
});
