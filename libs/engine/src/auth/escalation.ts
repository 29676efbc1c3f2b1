import { forbidden } from '../api/api-error.js';
import { decodeGiven } from '../api/decode-given.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { StoredObject } from '../store/stored-object.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { ClusterRole, PolicyRule, RoleRef } from '../types/index.js';
import type { RbacAuthorizer } from './rbac-authorizer.js';
import { describeRule, uncoveredRules } from './rbac-rules.js';
import type { UserInfo } from './user-info.js';

const GROUP = 'rbac.authorization.k8s.io';

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
  if (resource.resource.endsWith('bindings')) {
    const { roleRef } = decoded as { roleRef?: RoleRef };
    // No role, nothing granted: validation says what is missing.
    if (!roleRef) return;
    const kind = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (may('bind', kind, roleRef.name)) return;
    wanted = authorizer.rulesOfRole(roleRef, namespace);
  } else {
    if (may('escalate', resource.resource, name)) return;
    const role = decoded as ClusterRole;
    // Also to take the rule away: the rules it has gathered would stay.
    const isAggregated = role.aggregationRule ?? (old as ClusterRole | undefined)?.aggregationRule;
    wanted = isAggregated ? [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] : (role.rules ?? []);
  }
  const owned = Array.from(authorizer.rulesOf(user, namespace), ({ rule }) => rule);
  const missing = uncoveredRules(owned, wanted);
  if (missing.length === 0) return;
  throw forbidden(
    resource,
    name,
    `user ${JSON.stringify(user.user)} (groups=[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]) is attempting to grant RBAC permissions not currently held:\n${missing.map(describeRule).join('\n')}`,
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
