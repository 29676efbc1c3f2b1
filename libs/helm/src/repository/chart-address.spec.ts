import { describe, expect, it } from 'vitest';
import { ociRepositoryOf, parseChartAddress } from './chart-address.js';

describe('the address of charts', () => {
  it.each([
    ['https://Example.org/charts/', { kind: 'http', url: 'https://example.org/charts' }],
    ['http://example.org', { kind: 'http', url: 'http://example.org' }],
    ['oci://ghcr.io/team/charts', { kind: 'oci', registry: 'ghcr.io', path: 'team/charts' }],
    [
      'registry-1.docker.io/bitnamicharts',
      { kind: 'oci', registry: 'registry-1.docker.io', path: 'bitnamicharts' },
    ],
    ['localhost:5000/x', { kind: 'oci', registry: 'localhost:5000', path: 'x' }],
    ['oci://127.0.0.1:5000', { kind: 'oci', registry: '127.0.0.1:5000', path: '' }],
  ])('%s is read', (address, expected) => {
    expect(parseChartAddress(address)).toEqual(expected);
  });

  it.each([
    'https://ada:secret@example.org/charts',
    'oci://ada:secret@example.org/charts',
    'oci://example.org/../etc',
    'oci://exa mple.org/x',
    'oci:///x',
    'file:///etc/passwd',
    'ssh://git@example.org/x',
    'charts',
    '../charts',
    '/charts',
    '',
  ])('%s is refused, without showing a password', (address) => {
    let message = '';
    try {
      parseChartAddress(address);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("can't be used");
    if (address.startsWith('https:')) expect(message).not.toContain('secret');
  });

  it('has only charts with names that a registry can have', () => {
    expect(ociRepositoryOf('team', 'web')).toBe('team/web');
    for (const name of ['../x', 'a/../b', 'Web', '', 'a?b', 'a%2fb'])
      expect(() => ociRepositoryOf('', name)).toThrow('no name that a registry can have');
  });
});
