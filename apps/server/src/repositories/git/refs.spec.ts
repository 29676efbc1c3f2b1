import { describe, expect, it } from 'vitest';
import { type RefSnapshot, prefixesFor, resolveRevision } from './refs.js';

const id = (digit: string): string => digit.repeat(40);
const snapshot: RefSnapshot = {
  head: 'refs/heads/main',
  headCommit: id('a'),
  refs: new Map([
    ['refs/heads/main', id('a')],
    ['refs/heads/feature/x', id('b')],
    ['refs/heads/same', id('c')],
    ['refs/tags/same', id('d')],
    ['refs/tags/v1.9.0', id('1')],
    ['refs/tags/v1.10.0', id('2')],
    ['refs/tags/2.0.0', id('3')],
    ['refs/tags/v2.1.0-rc.1', id('4')],
    ['refs/tags/not-a-version', id('5')],
    ['refs/pull/7/head', id('e')],
  ]),
};

describe('a revision', () => {
  it.each([
    ['', id('a')],
    ['HEAD', id('a')],
    ['main', id('a')],
    ['feature/x', id('b')],
    ['same', id('c')],
    ['refs/tags/same', id('d')],
    ['refs/pull/7/head', id('e')],
    ['v1.9.0', id('1')],
    ['^1.0.0', id('2')],
    ['~1.9', id('1')],
    ['1.x', id('2')],
    ['*', id('3')],
    ['>=1.0.0, <1.10.0', id('1')],
    ['>=2.1.0-rc.0', id('4')],
    ['1.0.0 - 1.9.9', id('1')],
    ['^1 || ^2', id('3')],
    [id('f'), id('f')],
    ['bbbbbbb', id('b')],
  ])('%j leads to %s', (revision, commit) => {
    expect(resolveRevision(revision, snapshot).commit).toBe(commit);
  });

  it.each(['^3.0.0', 'missing', 'refs/heads/missing', 'fffffff', 'refs/tags/__proto__'])(
    '%j leads nowhere',
    (revision) => {
      expect(() => resolveRevision(revision, snapshot)).toThrowError(/has no branch, tag or commit/);
    },
  );

  it.each(['-x', '--upload-pack=x', 'a\nb', 'a\0b', 'x'.repeat(300)])('%j is refused', (revision) => {
    expect(() => resolveRevision(revision, snapshot)).toThrowError(/isn't a revision/);
  });

  it('of an empty repository is said to be so', () => {
    expect(() =>
      resolveRevision('HEAD', { refs: new Map(), head: 'refs/heads/main', headCommit: undefined }),
    ).toThrowError(/it is empty/);
  });

  it('asks the server for no more than it needs', () => {
    expect(prefixesFor(['main'])).toEqual(['HEAD', 'refs/heads/main', 'refs/tags/main']);
    expect(prefixesFor(['^1.0'])).toEqual(['HEAD', 'refs/tags/']);
    expect(prefixesFor([id('a')])).toEqual(['HEAD']);
  });
});
