import { expect, it } from 'vitest';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from './bootstrap-policy.js';
import { reconciled } from './reconcile-bootstrap.js';

const role = (name: string) => {
  const found = bootstrapClusterRoles.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no role ${name}`);
  return found;
};

it('knows the roles of controllers, and binds them to their accounts', () => {
  expect(role('system:controller:deployment-controller').rules).toContainEqual({
    apiGroups: ['', 'events.k8s.io'],
    resources: ['events'],
    verbs: ['create', 'patch', 'update'],
  });
  expect(role('system:aggregate-to-view').metadata.labels).toHaveProperty(
    ['rbac.authorization.k8s.io/aggregate-to-view'],
    'true',
  );
  const binding = bootstrapClusterRoleBindings.find(
    ({ metadata }) => metadata.name === 'system:controller:deployment-controller',
  );
  expect(binding?.subjects).toEqual([
    { kind: 'ServiceAccount', name: 'deployment-controller', namespace: 'kube-system' },
  ]);
});

it('binds only roles that are there', () => {
  const names = new Set(bootstrapClusterRoles.map(({ metadata }) => metadata.name));
  for (const { roleRef } of bootstrapClusterRoleBindings) expect(names).toContain(roleRef.name);
  const local = new Set(bootstrapRoles.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const { roleRef, metadata } of bootstrapRoleBindings)
    expect(local).toContain(`${metadata.namespace}/${roleRef.name}`);
});

it('brings back what is missing and keeps what a user added', () => {
  const expected = role('system:basic-user');
  expect(reconciled(expected, expected)).toBeUndefined();
  const own = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  const changed = reconciled({ ...expected, rules: [own] } as typeof expected, expected);
  expect((changed as typeof expected).rules).toEqual([own, ...(expected.rules ?? [])]);
});

it('leaves alone what a user told it to', () => {
  const expected = role('system:basic-user');
  const metadata = {
    ...expected.metadata,
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' },
  };
  expect(reconciled({ ...expected, metadata, rules: [] } as typeof expected, expected)).toBeUndefined();
});

it('leaves the rules of an aggregated role to its aggregation', () => {
  const expected = role('view');
  const filled = { ...expected, rules: role('system:aggregate-to-view').rules ?? [] };
  expect(reconciled(filled, expected)).toBeUndefined();
});
