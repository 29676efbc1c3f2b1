import { MemoryFileTree } from '@lotse/manifests';
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
  it('refuses more than ten MiB', () => {
    expect(() => names({ 'app/a.yaml': `${config('a')}#${'x'.repeat(11 * 1024 * 1024)}` })).toThrow(
      /larger than/,
    );
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
