import type { ClusterEvent } from '@lotse/gitops';
import { expect, it } from 'vitest';
import { misplaced } from './misplaced.js';

const added = (kind: string, namespace: string, apiVersion = 'argoproj.io/v1alpha1'): ClusterEvent => ({
  type: 'ADDED',
  object: { apiVersion, kind, metadata: { name: 'shop', namespace } },
});

it.each(['Application', 'ApplicationSet', 'AppProject'])('tells of a new %s that nobody watches', (kind) => {
  expect(misplaced(added(kind, 'default'))).toContain(`this ${kind}: only those in the namespace "argocd"`);
  expect(misplaced({ ...added(kind, 'default'), type: 'MODIFIED' })).toBeUndefined();
  expect(misplaced(added(kind, 'argocd'))).toBeUndefined();
});

it('says nothing of other kinds', () => {
  expect(misplaced(added('Workflow', 'default'))).toBeUndefined();
  expect(misplaced(added('Application', 'default', 'app.k8s.io/v1beta1'))).toBeUndefined();
});
