import type { Application } from '@lotse/gitops';
import { describe, expect, it } from 'vitest';
import { filterApplications, parseSelector } from './filter-applications.js';

const app = (name: string, project = 'default', labels: Record<string, string> = {}): Application => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, labels },
  spec: {
    project,
    destination: { namespace: `${name}-ns` },
    source: { repoURL: 'https://example.org/x', path: 'a' },
  },
});

describe('picking applications', () => {
  it('pages in the order of names', () => {
    const apps = ['c', 'a', 'b'].map((name) => app(name));
    const first = filterApplications(apps, { limit: 2 });
    expect([first.items.map(({ metadata }) => metadata.name), first.next, first.remaining]).toEqual([
      ['a', 'b'],
      'b',
      1,
    ]);
    const second = filterApplications(apps, { limit: 2, continue: 'b' });
    expect([second.items.map(({ metadata }) => metadata.name), second.next]).toEqual([['c'], undefined]);
  });
  it('filters by project and search', () => {
    const apps = [app('shop', 'one'), app('blog', 'two')];
    expect(filterApplications(apps, { projects: ['one,three'] }).items).toHaveLength(1);
    expect(filterApplications(apps, { search: 'BLOG-NS' }).items).toHaveLength(1);
  });
  it.each<[string, Record<string, string>, boolean]>([
    ['a=b', { a: 'b' }, true],
    ['a==b,c!=d', { a: 'b' }, true],
    ['a in (b, c)', { a: 'c' }, true],
    ['a notin (b)', { a: 'b' }, false],
    ['a', {}, false],
    ['!a', {}, true],
    ['constructor', {}, false],
  ])('selector %s on %j: %s', (selector, labels, expected) =>
    expect(parseSelector(selector)(labels)).toBe(expected),
  );
  it.each(['=', 'a in b', 'a b c'])('refuses the selector %s', (selector) =>
    expect(() => parseSelector(selector)).toThrow(/selector/),
  );
});
