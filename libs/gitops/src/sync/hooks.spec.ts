import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { hookDeletePolicies, hookTypes, isHook, isSkipped, syncPhases, syncWave } from './hooks.js';

const annotated = (annotations: Record<string, string>): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job', annotations },
});

describe('a hook of Helm', () => {
  it.each([
    ['pre-install', ['PreSync']],
    ['pre-upgrade', ['PreSync']],
    ['pre-install,pre-upgrade', ['PreSync']],
    ['post-install', ['PostSync']],
    ['post-upgrade', ['PostSync']],
    ['pre-install,post-install', ['PreSync', 'PostSync']],
    ['post-install,test', ['PostSync']],
  ])('%s runs in %j', (hook, phases) => {
    const object = annotated({ 'helm.sh/hook': hook });
    expect(syncPhases(object)).toEqual(phases);
    expect(isHook(object)).toBe(true);
  });

  it.each([
    ['pre-delete', 'PreDelete'],
    ['post-delete', 'PostDelete'],
  ])('%s runs when the application is deleted, not in a sync', (hook, type) => {
    const object = annotated({ 'helm.sh/hook': hook });
    expect([hookTypes(object), syncPhases(object)]).toEqual([[type], []]);
  });

  it.each(['test', 'test-success', 'test-failure', 'pre-rollback', 'post-rollback', 'pre-rollback,test'])(
    '%s is left alone',
    (hook) => {
      const object = annotated({ 'helm.sh/hook': hook });
      expect([isSkipped(object), syncPhases(object)]).toEqual([true, []]);
    },
  );

  it('crd-install marks an ordinary object', () => {
    const object = annotated({ 'helm.sh/hook': 'crd-install' });
    expect([isHook(object), isSkipped(object), syncPhases(object)]).toEqual([false, false, ['Sync']]);
  });

  it('gives way to one of Argo CD, and keeps its weight and policies', () => {
    const helm = { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '-5' };
    expect(syncWave(annotated(helm))).toBe(-5);
    expect(syncPhases(annotated({ ...helm, 'argocd.argoproj.io/hook': 'PostSync' }))).toEqual(['PostSync']);
    expect(syncWave(annotated({ ...helm, 'argocd.argoproj.io/sync-wave': '2' }))).toBe(2);
    expect(hookDeletePolicies(annotated(helm))).toEqual(['BeforeHookCreation']);
    expect(
      hookDeletePolicies(annotated({ ...helm, 'helm.sh/hook-delete-policy': 'hook-succeeded,hook-failed' })),
    ).toEqual(['HookSucceeded', 'HookFailed']);
  });
});
