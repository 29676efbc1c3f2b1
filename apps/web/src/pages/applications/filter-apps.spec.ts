import { describe, expect, it } from 'vitest';
import type { Application } from '../../api/types.js';
import { repoName, toRow } from './app-row.js';
import { facetCounts, filterApps, healthCounts, isFiltered } from './filter-apps.js';

const app = (
  name: string,
  health: string,
  sync: string,
  extra: { project?: string; labels?: Record<string, string>; deployedAt?: string } = {},
) =>
  ({
    metadata: { name, ...(extra.labels ? { labels: extra.labels } : {}) },
    spec: {
      project: extra.project ?? 'default',
      source: { repoURL: 'https://git.test/acme/shop.git', path: `deploy/${name}` },
      destination: { namespace: 'shop' },
    },
    status: {
      health: { status: health },
      sync: { status: sync },
      ...(extra.deployedAt ? { history: [{ id: 1, deployedAt: extra.deployedAt }] } : {}),
    },
  }) as Application;

const rows = [
  app('cart', 'Healthy', 'Synced', {
    labels: { tier: 'web', team: 'shop' },
    deployedAt: '2026-01-02T00:00:00Z',
  }),
  app('pay', 'Degraded', 'Synced', {
    project: 'money',
    labels: { tier: 'web' },
    deployedAt: '2026-01-03T00:00:00Z',
  }),
  app('audit', 'Healthy', 'OutOfSync', { project: 'money', labels: { tier: 'batch' } }),
].map(toRow);

const names = (search: Parameters<typeof filterApps>[1]) => filterApps(rows, search).map((row) => row.name);

describe('filtering applications', () => {
  it('finds all words of a text in name, project, path and labels', () => {
    expect(names({ q: 'money web' })).toEqual(['pay']);
    expect(names({ q: 'DEPLOY/cart' })).toEqual(['cart']);
  });

  it('takes any value of one facet, and all facets together', () => {
    expect(names({ health: ['Degraded', 'Healthy'] })).toEqual(['audit', 'cart', 'pay']);
    expect(names({ health: ['Healthy'], project: ['money'] })).toEqual(['audit']);
  });

  it('asks for all labels at once', () => {
    expect(names({ labels: ['tier=web', 'team=shop'] })).toEqual(['cart']);
  });

  it('sorts by name, by trouble or by the last deployment', () => {
    expect(names({})).toEqual(['audit', 'cart', 'pay']);
    expect(names({ sort: 'worst' })).toEqual(['pay', 'audit', 'cart']);
    expect(names({ sort: 'recent' })).toEqual(['pay', 'cart', 'audit']);
  });

  it('counts a facet as if it were not chosen, so that alternatives can be seen', () => {
    expect(facetCounts(rows, { project: ['money'] }, 'project')).toEqual([
      { value: 'default', count: 1 },
      { value: 'money', count: 2 },
    ]);
    expect(
      healthCounts(rows, { health: ['Degraded'], project: ['money'] }).filter(({ count }) => count > 0),
    ).toEqual([
      { health: 'Degraded', count: 1 },
      { health: 'Healthy', count: 1 },
    ]);
  });

  it('keeps a chosen value in the list although nothing has it any more', () => {
    expect(facetCounts(rows, { namespace: ['gone'] }, 'namespace')).toContainEqual({
      value: 'gone',
      count: 0,
    });
  });

  it('knows whether anything narrows the list', () => {
    expect(isFiltered({ view: 'table', sort: 'worst' })).toBe(false);
    expect(isFiltered({ sync: ['Synced'] })).toBe(true);
  });
});

describe('rows of applications', () => {
  it('are made once per version of the application', () => {
    const one = app('x', 'Healthy', 'Synced');
    expect(toRow(one)).toBe(toRow(one));
  });

  it('read words they do not know as Unknown', () => {
    expect(toRow(app('x', 'Purple', '')).health).toBe('Unknown');
  });

  it.each([
    ['https://github.com/acme/shop.git', 'acme/shop'],
    ['git@github.com:acme/shop.git', 'acme/shop'],
    ['ssh://git@example.org:2222/acme/shop.git', 'acme/shop'],
    ['http://localhost:9418/shop', 'localhost/shop'],
    ['git://127.0.0.1:9418/acme/shop/', 'acme/shop'],
    ['https://charts.example.org', 'charts.example.org'],
    ['oci://registry.example.org:5000/acme/charts', 'acme/charts'],
    ['file:///srv/git/shop', 'shop'],
    ['/srv/git/shop/', 'shop'],
  ])('name the repository %s as %s', (url, name) => expect(repoName(url)).toBe(name));
});
