import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../types/index.js';
import table from './generated/bootstrap-roles.json' with { type: 'json' };

/* The roles and bindings every cluster starts with; scripts/generate-roles.mjs writes the table. */

const RBAC = 'rbac.authorization.k8s.io';
const AGGREGATE = `${RBAC}/aggregate-to-`;

/** Says that a role or binding is brought up to date at every start; a user sets it to `false` to keep changes. */
export const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

interface RoleEntry {
  /** The aggregated roles this one is part of. */
  readonly into?: readonly string[];
  /** What an aggregated role is made of. */
  readonly from?: readonly string[];
  readonly rules?: readonly string[];
}

interface BindingEntry {
  /** `ClusterRole view`. */
  readonly role: string;
  /** `Group system:authenticated`, `ServiceAccount name namespace`. */
  readonly subjects: readonly string[];
}

const words = (text = ''): string[] => text.split(' ').map((word) => (word === '""' ? '' : word));

/** Reads `verbs | groups | resources | names` or `verbs | urls`. */
function readRule(text: string): PolicyRule {
  const [verbs, second, resources, names] = text.split(' | ');
  if (resources === undefined) return { nonResourceURLs: words(second), verbs: words(verbs) };
  return {
    apiGroups: words(second),
    resources: words(resources),
    ...(names !== undefined && { resourceNames: words(names) }),
    verbs: words(verbs),
  };
}

function metadataOf(key: string, into: readonly string[] = []): Role['metadata'] {
  const slash = key.indexOf('/');
  return {
    name: key.slice(slash + 1),
    ...(slash > 0 && { namespace: key.slice(0, slash) }),
    labels: {
      'kubernetes.io/bootstrapping': 'rbac-defaults',
      ...Object.fromEntries(into.map((role) => [`${AGGREGATE}${role}`, 'true'])),
    },
    annotations: { [AUTO_UPDATE]: 'true' },
  };
}

function clusterRole([key, { into, from, rules = [] }]: [string, RoleEntry]): ClusterRole {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: metadataOf(key, into),
    ...(from && {
      aggregationRule: {
        clusterRoleSelectors: from.map((role) => ({ matchLabels: { [`${AGGREGATE}${role}`]: 'true' } })),
      },
    }),
    rules: rules.map(readRule),
  };
}

function bindingParts({ role, subjects }: BindingEntry): Pick<RoleBinding, 'roleRef' | 'subjects'> {
  const [kind = '', name = ''] = role.split(' ');
  return {
    roleRef: { apiGroup: RBAC, kind, name },
    subjects: subjects.map((text) => {
      const [subject = '', who = '', namespace] = text.split(' ');
      return namespace === undefined
        ? { apiGroup: RBAC, kind: subject, name: who }
        : { kind: subject, name: who, namespace };
    }),
  };
}

export const bootstrapClusterRoles: readonly ClusterRole[] = Object.entries<RoleEntry>(
  table.clusterRoles,
).map(clusterRole);

export const bootstrapClusterRoleBindings: readonly ClusterRoleBinding[] = Object.entries<BindingEntry>(
  table.clusterRoleBindings,
).map(([key, entry]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: metadataOf(key),
  ...bindingParts(entry),
}));

export const bootstrapRoles: readonly Role[] = Object.entries<RoleEntry>(table.roles).map(
  ([key, { rules = [] }]) => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: metadataOf(key),
    rules: rules.map(readRule),
  }),
);

export const bootstrapRoleBindings: readonly RoleBinding[] = Object.entries<BindingEntry>(
  table.roleBindings,
).map(([key, entry]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'RoleBinding',
  metadata: metadataOf(key),
  ...bindingParts(entry),
}));
