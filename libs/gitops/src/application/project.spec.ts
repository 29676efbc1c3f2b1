import { describe, expect, it } from 'vitest';
import type { Application } from './types.js';
import {
  defaultProject,
  destinationAllowed,
  kindAllowed,
  projectRefusals,
  sourceAllowed,
  type AppProject,
  type AppProjectSpec,
} from './project.js';

const project = (spec: AppProjectSpec): AppProject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'p' },
  spec,
});
const application: Application = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'a' },
  spec: {
    project: 'p',
    destination: { server: 'https://kubernetes.default.svc', namespace: 'team-a' },
    source: { repoURL: 'https://example.org/team/app', path: 'x' },
  },
};

describe('a project', () => {
  it.each<[string, AppProjectSpec, number]>([
    [
      'that names both',
      { sourceRepos: ['https://example.org/team/*'], destinations: [{ server: '*', namespace: 'team-*' }] },
      0,
    ],
    ['without repositories', { destinations: [{ server: '*', namespace: '*' }] }, 1],
    [
      'that refuses one repository',
      { sourceRepos: ['*', '!https://example.org/team/*'], destinations: [{ server: '*', namespace: '*' }] },
      1,
    ],
    [
      'that refuses one namespace',
      {
        sourceRepos: ['*'],
        destinations: [
          { server: '*', namespace: '*' },
          { server: '*', namespace: '!team-a' },
        ],
      },
      1,
    ],
    [
      'for another cluster',
      { sourceRepos: ['*'], destinations: [{ server: 'https://elsewhere', namespace: '*' }] },
      1,
    ],
    ['with nothing', {}, 2],
  ])('%s', (_, spec, refusals) => expect(projectRefusals(project(spec), application)).toHaveLength(refusals));

  it('allows namespaced kinds unless refused, and cluster kinds only when listed', () => {
    const strict = project({
      namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
      clusterResourceWhitelist: [{ group: '', kind: 'Name*' }],
    });
    expect([
      kindAllowed(strict, 'apps', 'Deployment', true),
      kindAllowed(strict, '', 'Secret', true),
    ]).toEqual([true, false]);
    expect([
      kindAllowed(strict, '', 'Namespace', false),
      kindAllowed(strict, 'rbac.authorization.k8s.io', 'ClusterRole', false),
    ]).toEqual([true, false]);
    expect(kindAllowed(project({ namespaceResourceWhitelist: [] }), 'apps', 'Deployment', true)).toBe(false);
  });

  it('allows everything by default', () => {
    const all = defaultProject('argocd');
    expect(projectRefusals(all, application)).toEqual([]);
    expect([kindAllowed(all, 'x', 'Y', false), destinationAllowed(all, { server: 'z' }, 'any')]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    'https://example.org/team/app.git',
    'https://Example.org/Team/app/',
    'https://example.org:443/team/app',
    'https://somebody@example.org/team/app',
    ' https://example.org/team/app',
    'git@example.org:team/app.git',
    'ssh://git@example.org/team/app',
    '/srv/team/app',
    'registry.example.org/charts',
    'oci://registry.example.org/charts',
  ])('allows %s whichever way it is written, and refuses it so too', (repoURL) => {
    const patterns = [
      'https://example.org/team/*',
      'git@example.org:team/*',
      '/srv/team/*',
      'registry.example.org/*',
      'oci://registry.example.org/*',
    ];
    expect(sourceAllowed(project({ sourceRepos: patterns }), repoURL)).toBe(true);
    const refused = ['*', ...patterns.map((pattern) => `!${pattern}`)];
    expect(sourceAllowed(project({ sourceRepos: refused }), repoURL)).toBe(false);
  });

  it.each([
    'https://example.org/team/../others/app',
    'https://example.org/team/%2e%2E/others/app',
    String.raw`https://example.org/team/..\others\app`,
    'git@example.org:team/../others/app',
    'ssh://git@example.org/team/../others/app',
    '/srv/team/../others/app',
    'file:///srv/team/../others/app',
    'https://example.org@elsewhere.org/team/app',
  ])('is not led out of the repositories it allows by %s', (repoURL) => {
    const sourceRepos = [
      'https://example.org/team/*',
      'git@example.org:team/*',
      'ssh://git@example.org/team/*',
      '/srv/team/*',
      'file:///srv/team/*',
    ];
    expect(sourceAllowed(project({ sourceRepos }), repoURL)).toBe(false);
  });

  it('reads .git and a slash at the end of a pattern as at the end of an address', () => {
    const one = project({ sourceRepos: ['https://example.org/team/app.git'] });
    expect(sourceAllowed(one, 'https://example.org/team/app')).toBe(true);
    expect(sourceAllowed(one, 'https://example.org/team/apple')).toBe(false);
  });
});
