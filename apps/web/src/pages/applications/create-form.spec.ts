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

  it('leaves automation out when it is not wanted', () => {
    expect(toApplication({ ...good, automated: false, createNamespace: false }).spec.syncPolicy).toEqual({});
  });
});
