import { describe, expect, it } from 'vitest';
import { EMPTY_FORM, problemsOf, toApplication } from './create-form.js';

const good = {
  ...EMPTY_FORM,
  name: 'guestbook',
  repoURL: ' https://git.test/a/b ',
  path: 'guestbook',
  namespace: 'gb',
};

describe('the form for a new application', () => {
  it('names what is missing or misspelt', () => {
    expect(Object.keys(problemsOf(EMPTY_FORM))).toEqual(['name', 'repoURL', 'path']);
    expect(Object.keys(problemsOf({ ...good, name: 'Not_Good', namespace: 'a.b' }))).toEqual([
      'name',
      'namespace',
    ]);
    expect(problemsOf(good)).toEqual({});
  });

  it('describes an Application as Argo CD writes it', () => {
    expect(toApplication(good).spec).toEqual({
      project: 'default',
      source: { repoURL: 'https://git.test/a/b', path: 'guestbook', targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'gb' },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    });
  });

  it('asks of a chart where it is and what it is called, not for a path', () => {
    const chart = { ...good, source: 'chart' as const };
    expect(Object.keys(problemsOf(chart))).toEqual(['chartRepoURL', 'chart']);
    expect(problemsOf({ ...chart, chartRepoURL: 'oci://r.test/charts', chart: 'podinfo' })).toEqual({});
  });

  it('describes a chart with a range and values, and the newest version when none is named', () => {
    const chart = {
      ...good,
      source: 'chart' as const,
      chartRepoURL: ' https://charts.test ',
      chart: 'podinfo ',
      chartVersion: ' ^6.0',
      values: 'ui:\n  color: red\n',
    };
    expect(toApplication(chart).spec.source).toEqual({
      repoURL: 'https://charts.test',
      chart: 'podinfo',
      targetRevision: '^6.0',
      helm: { values: 'ui:\n  color: red\n' },
    });
    expect(toApplication({ ...chart, chartVersion: '', values: ' ' }).spec.source).toEqual({
      repoURL: 'https://charts.test',
      chart: 'podinfo',
      targetRevision: '*',
    });
  });

  it('leaves automation out when it is not wanted', () => {
    expect(toApplication({ ...good, automated: false, createNamespace: false }).spec.syncPolicy).toEqual({});
  });
});
