import { describe, expect, it } from 'vitest';
import type { Project } from '../../api/types.js';
import { problemOf, toForm, toSpec, type ProjectForm } from './project-form.js';

const project: Project = {
  metadata: { name: 'team' },
  spec: {
    description: 'ours',
    sourceRepos: ['https://example.org/*', '!https://example.org/secret'],
    destinations: [
      { server: 'https://kubernetes.default.svc', namespace: 'team-*' },
      { name: 'east', namespace: '*' },
    ],
    clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
    namespaceResourceWhitelist: [],
    namespaceResourceBlacklist: [
      { group: 'apps', kind: 'DaemonSet' },
      { group: '', kind: 'Secret', name: 'root-*' },
    ],
    clusterResourceBlacklist: [{ group: '*', kind: '*' }],
    signatureKeys: [{ keyID: 'ABCDEF0123456789' }],
    roles: [
      {
        name: 'ci',
        description: 'd',
        policies: ['p, proj:team:ci, applications, sync, team/*, allow'],
        groups: ['g'],
      },
    ],
    syncWindows: [{ kind: 'deny', schedule: '0 0 * * *' }],
  },
};
const form = (change: Partial<ProjectForm>): ProjectForm => ({ ...toForm(project), ...change });

describe('the form of a project', () => {
  it('gives back what it was given, with what it does not show', () =>
    expect(toSpec(toForm(project), project.spec)).toEqual(project.spec));

  it('keeps an empty list apart from none: it allows nothing instead of all', () => {
    expect(toSpec(form({}), project.spec).namespaceResourceWhitelist).toEqual([]);
    expect(toSpec(form({}), {})).not.toHaveProperty('namespaceResourceWhitelist');
  });

  it('takes lists as lines', () =>
    expect(
      toSpec(form({ sources: ' a \n\nb', destinations: [{ cluster: '', namespace: '' }] })),
    ).toMatchObject({
      sourceRepos: ['a', 'b'],
      destinations: [{ server: '*', namespace: '*' }],
    }));

  it.each<[Partial<ProjectForm>, string | undefined]>([
    [{}, undefined],
    [{ name: 'Team' }, 'The name'],
    [{ roles: [{ name: '', description: '', policies: '', groups: '' }] }, 'needs a name'],
    [
      {
        roles: [
          {
            name: 'ci',
            description: '',
            policies: 'p, proj:other:ci, applications, get, other/*, allow',
            groups: '',
          },
        ],
      },
      'without effect',
    ],
  ])('%j', (change, problem) => {
    const found = problemOf(form(change));
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});
