import { describe, expect, it } from 'vitest';
import { Namespaces, PodDisruptionBudgets, Pods, type ResourceType } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import type { RoleBinding } from '../../types/index.js';

const RoleBindings: ResourceType<RoleBinding> = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'rolebindings',
  kind: 'RoleBinding',
  namespaced: true,
};

describe('what Kubernetes takes though it looks wrong', () => {
  const cluster = createCluster({ nodes: 0, controllers: [] });
  cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  const metadata = { name: 'a', namespace: 'team' };

  it('is a budget with capitals in its name', () => {
    const budget = cluster.client.create(PodDisruptionBudgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { ...metadata, name: 'good-maxUnavailable' },
      spec: { maxUnavailable: 1 },
    });
    expect(budget.metadata.name).toBe('good-maxUnavailable');
  });

  it('is a binding that leaves out the namespace of an account', () => {
    const binding = (subject: string) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: subject }],
    });
    expect(cluster.client.create(RoleBindings, binding('bot')).subjects).toEqual([
      { kind: 'ServiceAccount', name: 'bot' },
    ]);
    expect(() => cluster.client.create(RoleBindings, binding('$(bot)'))).toThrow(/subjects\[0\]\.name/);
  });

  it('is the rehearsal of a pod that names a revision', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, resourceVersion: '7' },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    };
    expect(cluster.client.create(Pods, pod, { dryRun: true }).metadata.name).toBe('a');
    expect(() => cluster.client.create(Pods, pod)).toThrow(/resourceVersion should not be set/);
  });
});
