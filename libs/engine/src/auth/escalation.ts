import { forbidden } from '../api/api-error.js';
import { decodeGiven } from '../api/decode-given.js';
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
): void {
  if (resource.group !== GROUP || user.groups.includes('system:masters')) return;
  const decoded = decodeGiven(resource, object);
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
    wanted = role.aggregationRule
      ? [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
      : (role.rules ?? []);
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
