import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../api/api-error.js';
import type { Operations } from '../api/operations.js';
import type { Requester } from '../api/requester.js';
import type { Clock } from '../clock.js';
import type { Registry } from '../registry/registry.js';
import { matchesSelector } from '../selectors/label-selector.js';
import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ClusterRole, PolicyRule } from '../types/index.js';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from './bootstrap-policy.js';
import { reconciled } from './reconcile-bootstrap.js';
import { ClusterAuthorizer } from './cluster-authorizer.js';
import type { RbacAuthorizer } from './rbac-authorizer.js';

const CLUSTER_ROLES = 'rbac.authorization.k8s.io/clusterroles';
const GROUP = 'rbac.authorization.k8s.io';

/** What RBAC is laid into. */
export interface RbacSurroundings {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
}

/** RBAC at work. */
export interface InstalledRbac {
  readonly authorizer: RbacAuthorizer;
  stop(): void;
}

/**
 * Creates the roles and bindings every cluster starts with, where they are missing, brings them up to date where they are not, keeps aggregated roles up to date, and
 * returns the authorizer that reads them.
 */
export function installRbac({ store, registry, operations, clock }: RbacSurroundings): InstalledRbac {
  const writer = (name: string): Requester => ({ user: name, groups: ['system:masters'], component: true });
  const ensure = (resource: string, objects: readonly StoredObject[]): void => {
    const info = registry.find(GROUP, 'v1', resource);
    if (!info) return;
    for (const object of objects) {
      const { namespace, name = '' } = object.metadata;
      const found = store.get(`${GROUP}/${resource}`, objectName(namespace, name));
      const changed = found && reconciled(found, object);
      if (found && !changed) continue;
      try {
        if (changed) operations.update(info, changed, writer('system:apiserver'));
        else operations.create(info, object, writer('system:apiserver'));
      } catch (error) {
        // A namespace that is not there (yet) has no roles either.
        if (!isApiError(error)) throw error;
      }
    }
  };
  ensure('clusterroles', bootstrapClusterRoles);
  ensure('clusterrolebindings', bootstrapClusterRoleBindings);
  ensure('roles', bootstrapRoles);
  ensure('rolebindings', bootstrapRoleBindings);

  let pending = false;
  const aggregate = (): void => {
    pending = false;
    const info = registry.find(GROUP, 'v1', 'clusterroles');
    if (!info) return;
    const roles = [...store.table(CLUSTER_ROLES).objects.values()] as ClusterRole[];
    for (const role of roles) {
      if (!role.aggregationRule) continue;
      const rules = aggregatedRules(role, roles);
      if (!isDeepStrictEqual(rules, role.rules ?? []))
        operations.update(
          info,
          { ...role, rules } as StoredObject,
          writer('clusterrole-aggregation-controller'),
        );
    }
  };
  const later = (): void => {
    if (pending) return;
    pending = true;
    clock.defer(aggregate);
  };
  const stop = store.subscribe((event) => {
    if (event.resource === CLUSTER_ROLES) later();
  });
  later();
  return { authorizer: new ClusterAuthorizer(store), stop };
}

/** The rules of every role that the selectors of an aggregated role name, in the order of their names, without repeats. */
export function aggregatedRules(role: ClusterRole, roles: readonly ClusterRole[]): PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const rules: PolicyRule[] = [];
  const seen = new Set<string>();
  const sorted = roles.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  for (const other of sorted) {
    if (other.metadata.name === role.metadata.name) continue;
    if (!selectors.some((selector) => matchesSelector(selector, other.metadata.labels))) continue;
    for (const rule of other.rules ?? []) {
      const key = JSON.stringify(rule);
      if (seen.has(key)) continue;
      seen.add(key);
      rules.push(rule);
    }
  }
  return rules;
}
