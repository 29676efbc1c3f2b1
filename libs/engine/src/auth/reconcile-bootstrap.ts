import { isDeepStrictEqual } from 'node:util';
import type { StoredObject } from '../store/stored-object.js';
import type { ClusterRole, PolicyRule, RoleBinding } from '../types/index.js';
import { AUTO_UPDATE } from './bootstrap-policy.js';

type Bootstrap = StoredObject &
  Partial<Pick<ClusterRole, 'rules' | 'aggregationRule'>> &
  Partial<Pick<RoleBinding, 'subjects'>>;

/**
 * A role or binding that every cluster starts with, brought up to date: what a user added stays, what is missing comes back
 * (pkg/registry/rbac/reconciliation). Undefined when nothing is missing or the user opted out.
 */
export function reconciled(found: StoredObject, expected: StoredObject): StoredObject | undefined {
  const old = found as Bootstrap;
  const wanted = expected as Bootstrap;
  if (old.metadata.annotations?.[AUTO_UPDATE] === 'false') return undefined;
  const metadata = {
    ...old.metadata,
    labels: { ...old.metadata.labels, ...wanted.metadata.labels },
    annotations: { ...old.metadata.annotations, ...wanted.metadata.annotations },
  };
  const next: Bootstrap = {
    ...old,
    metadata,
    // The rules of an aggregated role are its aggregation's business.
    ...(wanted.aggregationRule
      ? { aggregationRule: wanted.aggregationRule }
      : wanted.rules && { rules: withMissing(old.rules ?? [], wanted.rules) }),
    ...(wanted.subjects && { subjects: withMissing(old.subjects ?? [], wanted.subjects) }),
  };
  return isDeepStrictEqual(next, old) ? undefined : next;
}

function withMissing<T extends PolicyRule | NonNullable<RoleBinding['subjects']>[number]>(
  found: readonly T[],
  wanted: readonly T[],
): T[] {
  return [...found, ...wanted.filter((one) => !found.some((other) => isDeepStrictEqual(one, other)))];
}
