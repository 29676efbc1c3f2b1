import { describe, expect, it } from 'vitest';
import { isInsideAddress } from './address-guard.js';
import { parseRepositoryUrl } from './repository-url.js';

describe('the address of a repository', () => {
  it.each([
    [
      'https://github.com/argoproj/argocd-example-apps.git',
      'https://github.com/argoproj/argocd-example-apps',
    ],
    ['https://GitHub.com/argoproj/argocd-example-apps/', 'https://github.com/argoproj/argocd-example-apps'],
    ['https://github.com:443/a/b', 'https://github.com/a/b'],
    ['https://user@github.com/a/b', 'https://github.com/a/b'],
    ['git@github.com:a/b.git', 'ssh://github.com/a/b'],
    ['ssh://git@github.com/a/b', 'ssh://github.com/a/b'],
    ['ssh://git@github.com:2222/a/b', 'ssh://github.com:2222/a/b'],
    ['/srv/git/x', 'file:///srv/git/x'],
    ['file:///srv/git/x/', 'file:///srv/git/x'],
  ])('%s is known as %s', (url, key) => {
    expect(parseRepositoryUrl(url).key).toBe(key);
  });

  it('keeps case in paths, where it counts', () => {
    expect(parseRepositoryUrl('https://example.org/A/b').key).not.toBe(
      parseRepositoryUrl('https://example.org/a/b').key,
    );
  });
});

describe('an address on the network', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'not an address',
    '',
  ])('%s is inside', (address) => {
    expect(isInsideAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '140.82.121.3',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is outside', (address) => {
    expect(isInsideAddress(address)).toBe(false);
  });
});
