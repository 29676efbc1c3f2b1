import { forbidden, notFound } from '../api/api-error.js';
import { decodeGiven } from '../api/decode-given.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { StoredObject } from '../store/stored-object.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { ClusterRole, PolicyRule, RoleRef } from '../types/index.js';
import type { RbacAuthorizer } from './rbac-authorizer.js';
import { describeRule, uncoveredRules } from './rbac-rules.js';
import type { UserInfo } from './user-info.js';

const GROUP = 'rbac.authorization.k8s.io';

const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Rules about one resource that differ in their verbs only, as one (rbac/validation CompactRules). */
function compacted(rules: readonly PolicyRule[]): PolicyRule[] {
  const found = new Map<string, PolicyRule>();
  for (const { verbs, ...rest } of rules) {
    const isPlain = rest.nonResourceURLs === undefined;
    const key = isPlain ? JSON.stringify(rest) : JSON.stringify([rest, verbs]);
    found.set(key, { ...rest, verbs: [...(found.get(key)?.verbs ?? []), ...verbs] });
  }
  return [...found.values()];
}

/**
 * Refuses to let a user write a role that allows more than they may themselves, or bind a role they do not hold, unless
 * they have the verb `escalate` or `bind` (registry/rbac/escalation_check.go).
 */
export function refuseEscalation(
  authorizer: RbacAuthorizer,
  user: UserInfo,
  resource: ResourceInfo,
  object: StoredObject,
  old: StoredObject | undefined,
): void {
  if (resource.group !== GROUP || user.groups.includes('system:masters')) return;
  const decoded = decodeGiven(resource, object);
  if (old && jsonEqual(withoutCollectorFields(decoded), withoutCollectorFields(old))) return;
  const namespace = object.metadata.namespace ?? '';
  const name = object.metadata.name ?? '';
  const may = (verb: string, kind: string, target: string): boolean =>
    authorizer.authorize({
      user,
      verb,
      group: GROUP,
      version: 'v1',
      resource: kind,
      subresource: '',
      namespace: kind === 'clusterroles' && resource.resource === 'clusterrolebindings' ? '' : namespace,
      name: target,
    }).allowed;

  let wanted: readonly PolicyRule[];
  let isAggregated = false;
  if (resource.resource.endsWith('bindings')) {
    const { roleRef } = decoded as { roleRef?: RoleRef };
    // No role, nothing granted: validation says what is missing.
    if (!roleRef) return;
    const kind = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (may('bind', kind, roleRef.name)) return;
    // What is not there can't be looked at; Kubernetes says so of the binding by the name of the role.
    if (!authorizer.hasRole(roleRef, namespace)) throw notFound(resource, roleRef.name);
    wanted = authorizer.rulesOfRole(roleRef, namespace);
  } else {
    if (may('escalate', resource.resource, name)) return;
    const role = decoded as ClusterRole;
    // Also to take the rule away: the rules it has gathered would stay.
    isAggregated = Boolean(role.aggregationRule ?? (old as ClusterRole | undefined)?.aggregationRule);
    wanted = role.rules ?? [];
  }
  const owned = Array.from(authorizer.rulesOf(user, namespace), ({ rule }) => rule);
  const missing = compacted(uncoveredRules(owned, wanted));
  if (missing.length === 0) {
    if (isAggregated && uncoveredRules(owned, FULL_AUTHORITY).length > 0)
      throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule');
    return;
  }
  throw forbidden(
    resource,
    name,
    `user ${JSON.stringify(user.user)} (groups=[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]) is attempting to grant RBAC permissions not currently held:\n${[...new Set(missing.map(describeRule))].sort().join('\n')}`,
  );
}

/**
 * The object without what the garbage collector writes, and what every write brings: with nothing else changed, a write
 * grants nothing (registry/rbac/helpers.go: IsOnlyMutatingGCFields). Labels count, because aggregation goes by them.
 */
function withoutCollectorFields(object: StoredObject): StoredObject {
  const {
    ownerReferences: _,
    finalizers: __,
    managedFields: ___,
    resourceVersion: ____,
    uid: _____,
    creationTimestamp: ______,
    generation: _______,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}
