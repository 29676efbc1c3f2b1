import { describe, expect, it } from 'vitest';
import { chooseChartVersion, newestMatch, readRepositoryIndex } from './repository-index.js';

const INDEX = `
apiVersion: v1
entries:
  web:
    - {version: 1.2.0, appVersion: 3, urls: [web-1.2.0.tgz], digest: abc}
    - {version: 1.10.0, urls: [https://example.com/web-1.10.0.tgz]}
    - {version: 2.0.0-rc.1, urls: []}
    - {version: not-a-version}
  empty: []
`;

describe('a repository index', () => {
  const index = readRepositoryIndex(INDEX);

  it('lists versions from the newest to the oldest, without what is no version', () => {
    expect(index.get('web')?.map((item) => item.version)).toEqual(['2.0.0-rc.1', '1.10.0', '1.2.0']);
  });

  it.each([
    ['1.2.0', '1.2.0'],
    ['', '1.10.0'],
    ['1.x', '1.10.0'],
    ['<1.10', '1.2.0'],
    ['>=1-0', '2.0.0-rc.1'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
  ])('gives for %s the version %s', (range, expected) => {
    expect(chooseChartVersion(index, 'web', range).version).toBe(expected);
  });

  it('tells what is missing and what there is', () => {
    expect(() => chooseChartVersion(index, 'web', '3.x')).toThrow(
      'version "3.x" not found in the repository; the newest there are: 2.0.0-rc.1',
    );
    expect(() => chooseChartVersion(index, 'nope', '')).toThrow('chart "nope" not found');
    expect(() => chooseChartVersion(index, 'empty', '')).toThrow('chart "empty" not found');
  });

  it('may be JSON, and is refused when it is something else', () => {
    expect(readRepositoryIndex('{"entries":{"a":[{"version":"1.0.0"}]}}').size).toBe(1);
    expect(() => readRepositoryIndex('<html>')).toThrow('it has no entries');
  });
});

describe('tags of a registry', () => {
  it('are chosen by range, too', () => {
    expect(newestMatch(['latest', '1.0.0', 'v1.5.0', '2.0.0'], '^1')).toBe('v1.5.0');
    expect(newestMatch(['latest'], '^1')).toBeUndefined();
  });
});
