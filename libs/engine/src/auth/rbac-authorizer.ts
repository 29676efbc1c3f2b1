import type { Store } from '../store/store.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ClusterRole, PolicyRule, RbacV1Subject, RoleBinding, RoleRef } from '../types/index.js';
import type { AccessQuestion, Authorizer, Decision } from './authorizer.js';
import { readServiceAccount } from './impersonation.js';
import { ruleAllowsResource, ruleAllowsUrl } from './rbac-rules.js';
import type { UserInfo } from './user-info.js';

const RBAC = 'rbac.authorization.k8s.io';
const CLUSTER_ROLES = `${RBAC}/clusterroles` as const;
const ROLES = `${RBAC}/roles` as const;
const CLUSTER_BINDINGS = `${RBAC}/clusterrolebindings` as const;
const BINDINGS = `${RBAC}/rolebindings` as const;
const BY_SUBJECT = 'rbac-subject';

/** A rule with where it comes from. */
export interface GrantedRule {
  readonly rule: PolicyRule;
  /** For people: which binding and role it is. */
  readonly source: string;
}

/** Decides by the roles and bindings in the store. A question costs the user's own bindings, not the cluster's. */
export class RbacAuthorizer implements Authorizer {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.table(CLUSTER_BINDINGS).index(BY_SUBJECT, (object) => subjectKeys(object, ''));
    store.table(BINDINGS).index(BY_SUBJECT, (object) => subjectKeys(object, object.metadata.namespace ?? ''));
  }

  authorize(question: AccessQuestion): Decision {
    const { user } = question;
    if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
    const namespace = 'path' in question ? '' : question.namespace;
    for (const { rule, source } of this.rulesOf(user, namespace)) {
      const allowed =
        'path' in question
          ? ruleAllowsUrl(rule, question.verb, question.path)
          : ruleAllowsResource(rule, question);
      if (allowed) return { allowed: true, reason: `RBAC: allowed by ${source}` };
    }
    const missing = this.missingRoles(user, namespace);
    const shown = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
    return { allowed: false, reason: shown === undefined ? '' : `RBAC: ${shown}` };
  }

  /** What is wrong with the bindings of a user: roles that are not there, in the words of Kubernetes. */
  missingRoles(user: UserInfo, namespace: string): string[] {
    const keys = userKeys(user);
    const bindings = [
      ...this.#bindings(CLUSTER_BINDINGS, '', keys),
      ...(namespace === '' ? [] : this.#bindings(BINDINGS, namespace, keys)),
    ];
    const missing = bindings
      .filter(({ roleRef }) => !this.#role(roleRef, namespace))
      .map(
        ({ roleRef }) => `${roleRef.kind.toLowerCase()}.${RBAC} ${JSON.stringify(roleRef.name)} not found`,
      );
    return [...new Set(missing)];
  }

  /** Every rule that holds for a user in a namespace; cluster-wide ones for the empty namespace. */
  *rulesOf(user: UserInfo, namespace: string): Generator<GrantedRule> {
    const keys = userKeys(user);
    for (const found of this.#bindings(CLUSTER_BINDINGS, '', keys)) {
      const { metadata, roleRef } = found;
      const source = `ClusterRoleBinding ${JSON.stringify(metadata.name)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describeSubject(found, '', keys)}`;
      for (const rule of this.rulesOfRole(roleRef, '')) yield { rule, source };
    }
    if (namespace === '') return;
    for (const found of this.#bindings(BINDINGS, namespace, keys)) {
      const { metadata, roleRef } = found;
      const source = `RoleBinding ${JSON.stringify(`${metadata.name}/${namespace}`)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describeSubject(found, namespace, keys)}`;
      for (const rule of this.rulesOfRole(roleRef, namespace)) yield { rule, source };
    }
  }

  /** Whether the role that a reference names is there. */
  hasRole(ref: RoleRef, namespace: string): boolean {
    return this.#role(ref, namespace) !== undefined;
  }

  /** The rules a role reference stands for; none when the role is missing. */
  rulesOfRole(ref: RoleRef, namespace: string): readonly PolicyRule[] {
    return this.#role(ref, namespace)?.rules ?? [];
  }

  #role(ref: RoleRef, namespace: string): ClusterRole | undefined {
    const role =
      ref.kind === 'ClusterRole'
        ? this.#store.get(CLUSTER_ROLES, objectName(undefined, ref.name))
        : this.#store.get(ROLES, objectName(namespace, ref.name));
    return role as ClusterRole | undefined;
  }

  *#bindings(
    table: typeof BINDINGS | typeof CLUSTER_BINDINGS,
    namespace: string,
    keys: readonly string[],
  ): Generator<RoleBinding> {
    for (const key of keys)
      for (const found of this.#store.table(table).by(BY_SUBJECT, `${namespace}|${key}`))
        yield found as RoleBinding;
  }
}

function subjectKeys(object: StoredObject, namespace: string): string[] {
  const { subjects } = object as { subjects?: readonly RbacV1Subject[] };
  return (subjects ?? []).map((subject) => `${namespace}|${subjectKey(subject, namespace)}`);
}

const subjectKey = ({ kind, name, namespace: own }: RbacV1Subject, namespace: string): string =>
  `${kind}:${kind === 'ServiceAccount' ? `${own ?? namespace}/` : ''}${name}`;

/** By which of its subjects a binding is about a user. */
function describeSubject({ subjects = [] }: RoleBinding, namespace: string, keys: readonly string[]): string {
  const subject = subjects.find((one) => keys.includes(subjectKey(one, namespace)));
  if (!subject) return '';
  const { kind, name } = subject;
  return `${kind} ${JSON.stringify(kind === 'ServiceAccount' ? `${name}/${subject.namespace ?? namespace}` : name)}`;
}

function userKeys(user: UserInfo): string[] {
  const keys = [`User:${user.user}`, ...user.groups.map((group) => `Group:${group}`)];
  const account = readServiceAccount(user.user);
  if (account) keys.push(`ServiceAccount:${account.namespace}/${account.name}`);
  return keys;
}
