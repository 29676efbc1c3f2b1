import { describe, expect, it } from 'vitest';
import { parseRemoteAddress } from './remote-address.js';

describe('the address of a remote base', () => {
  it.each([
    ['github.com/org/repo//base?ref=v1', 'https://github.com/org/repo', 'base', 'v1'],
    ['github.com/org/repo/base/x', 'https://github.com/org/repo', 'base/x', undefined],
    [
      'https://GitHub.com/org/repo?ref=main&timeout=120&submodules=false',
      'https://github.com/org/repo',
      '',
      'main',
    ],
    ['https://github.com/org/repo.git//a/b?version=v2', 'https://github.com/org/repo.git', 'a/b', 'v2'],
    ['git@github.com:org/repo.git//a', 'git@github.com:org/repo.git', 'a', undefined],
    ['ssh://git@github.com/org/repo', 'git@github.com:org/repo', '', undefined],
    [
      'ssh://git@host.example:2222/org/repo.git/a?ref=x',
      'ssh://git@host.example:2222/org/repo.git',
      'a',
      'x',
    ],
    ['git::https://git.example/group/repo//deploy?ref=1', 'https://git.example/group/repo', 'deploy', '1'],
    ['https://git.example/group/sub/repo//deploy', 'https://git.example/group/sub/repo', 'deploy', undefined],
    [
      'https://dev.azure.com/org/project/_git/repo/a/b',
      'https://dev.azure.com/org/project/_git/repo',
      'a/b',
      undefined,
    ],
    ['file:///srv/git/repo//base?ref=main', 'file:///srv/git/repo', 'base', 'main'],
    ['file:///srv/git/repo', 'file:///srv/git/repo', '', undefined],
    ['https://example.com/org/repo/a.yaml?ref=v1', 'https://example.com/org/repo', 'a.yaml', 'v1'],
  ])('%s', (text, url, path, ref) => {
    expect(parseRemoteAddress(text)).toEqual({ kind: 'repository', url, path, ref });
  });
  it.each(['https://example.com/a/b/install.yaml', 'http://example.com/x.json?token=1'])(
    '%s is one file',
    (url) => {
      expect(parseRemoteAddress(url)).toEqual({ kind: 'file', url });
    },
  );
  it.each([
    '../base',
    'base',
    'https://example.com',
    'https://example.com/org',
    'https://example.com/org/repo//../../etc',
    'github.com/org/repo//a/../../b',
    'ext::sh -c true',
    `https://example.com/${'a/'.repeat(2000)}`,
    'https://example.com/org/repo\n',
  ])('%s is none', (text) => {
    expect(parseRemoteAddress(text)).toBeUndefined();
  });
});
