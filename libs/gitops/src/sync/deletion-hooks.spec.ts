import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { FINALIZER, finalizersWithoutCascade } from '../annotations.js';
import { readSyncOptions } from '../application/sync-options.js';
import { deletionOperation, isSpentHook, planDeletionHooks, withHookFinalizers } from './deletion-hooks.js';

const object = (name: string | undefined, annotations: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...(name === undefined ? { generateName: 'made-' } : { name }), annotations },
});
const HOOK = 'argocd.argoproj.io/hook';
const plan = (type: 'PreDelete' | 'PostDelete', targets: KubeObject[]) =>
  planDeletionHooks({
    type,
    targets,
    options: readSyncOptions([]),
    revision: '0123456789',
    deletedAtSeconds: 7,
  });

describe('hooks of a deletion', () => {
  it('are those of their type, by wave; weights of Helm are waves', () => {
    const targets = [
      object('late', { [HOOK]: 'PostDelete', 'argocd.argoproj.io/sync-wave': '2' }),
      object('helm', { 'helm.sh/hook': 'post-delete', 'helm.sh/hook-weight': '-1' }),
      object('both', { [HOOK]: 'PreDelete,PostDelete' }),
      object('sync', { [HOOK]: 'PostSync' }),
      object('plain', {}),
      object('skipped', { [HOOK]: 'PostDelete,Skip' }),
    ];
    expect(plan('PostDelete', targets).tasks.map(({ name, wave }) => [name, wave])).toEqual([
      ['helm', -1],
      ['both', 0],
      ['late', 2],
    ]);
    expect(plan('PreDelete', targets).tasks.map(({ name }) => name)).toEqual(['both']);
  });

  it('without a name get one that a restart finds again, and different marks before and after', () => {
    const targets = [object(undefined, { [HOOK]: 'PreDelete,PostDelete' })];
    const [pre, post] = [plan('PreDelete', targets), plan('PostDelete', targets)];
    expect([pre.tasks[0]?.name, post.tasks[0]?.name]).toEqual([
      'made-0123456-predelete-7',
      'made-0123456-postdelete-7',
    ]);
    expect(pre.operation).not.toBe(post.operation);
  });

  it('hold the application with finalizers, as long as there are such hooks', () => {
    const with_ = withHookFinalizers(['mine'], [object('a', { 'helm.sh/hook': 'post-delete' })]);
    expect(with_).toEqual(['mine', FINALIZER.postDelete, FINALIZER.postDeleteCleanup]);
    expect(withHookFinalizers(with_, [object('a', {})])).toEqual(['mine']);
    expect(finalizersWithoutCascade([...with_, FINALIZER.resourcesBackground])).toEqual(['mine']);
  });

  it.each([
    ['HookSucceeded', true],
    ['HookFailed', false],
    ['BeforeHookCreation', false],
  ])('with the policy %s go after success: %s', (policy, goes) => {
    const operation = deletionOperation('PostDelete', 7);
    const hook = object('a', {
      'argocd.argoproj.io/hook-delete-policy': policy,
      'lotse.dev/operation': operation,
    });
    expect(isSpentHook(hook, operation)).toBe(goes);
    expect(isSpentHook(hook, deletionOperation('PostDelete', 8))).toBe(false);
  });
});
