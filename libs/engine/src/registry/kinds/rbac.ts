import type {
  ClusterRole,
  ClusterRoleBinding,
  LabelSelector,
  PolicyRule,
  RbacV1Subject as Subject,
  Role,
  RoleBinding,
} from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { dnsSubdomainProblems, pathSegmentProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { validateSelector } from '../validation/selectors.js';

const RBAC = 'rbac.authorization.k8s.io';

function validateRules(rules: readonly PolicyRule[], namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, rule] of rules.entries()) {
    const at = `rules[${index}]`;
    if ((rule.verbs ?? []).length === 0)
      errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
    if ((rule.nonResourceURLs ?? []).length > 0) {
      if (namespaced)
        errors.push(
          invalidValue(
            `${at}.nonResourceURLs`,
            rule.nonResourceURLs,
            'namespaced rules cannot apply to non-resource URLs',
          ),
        );
      if (
        (rule.apiGroups ?? []).length + (rule.resources ?? []).length + (rule.resourceNames ?? []).length >
        0
      )
        errors.push(
          invalidValue(
            `${at}.nonResourceURLs`,
            rule.nonResourceURLs,
            'rules cannot apply to both regular resources and non-resource URLs',
          ),
        );
      continue;
    }
    if ((rule.apiGroups ?? []).length === 0)
      errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
    if ((rule.resources ?? []).length === 0)
      errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

const defaultSubject = (subject: Subject): Subject =>
  subject.kind === 'User' || subject.kind === 'Group' ? fill(subject, { apiGroup: RBAC }) : subject;

function validateBinding(
  { roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding,
  kinds: readonly string[],
  namespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (roleRef?.apiGroup !== RBAC)
    errors.push(notSupported('roleRef.apiGroup', roleRef?.apiGroup ?? '', [RBAC]));
  if (!kinds.includes(roleRef?.kind ?? ''))
    errors.push(notSupported('roleRef.kind', roleRef?.kind ?? '', kinds));
  if (!roleRef?.name) errors.push(required('roleRef.name'));
  else
    for (const problem of pathSegmentProblems(roleRef.name))
      errors.push(invalidValue('roleRef.name', roleRef.name, problem));
  for (const [index, subject] of subjects.entries()) {
    const at = `subjects[${index}]`;
    if (!subject.name) errors.push(required(`${at}.name`));
    if (subject.kind === 'ServiceAccount') {
      if (subject.name)
        for (const problem of dnsSubdomainProblems(subject.name))
          errors.push(invalidValue(`${at}.name`, subject.name, problem));
      if (subject.apiGroup) errors.push(notSupported(`${at}.apiGroup`, subject.apiGroup, ['']));
      if (!namespaced && !subject.namespace) errors.push(required(`${at}.namespace`));
    } else if (subject.kind === 'User' || subject.kind === 'Group') {
      if (subject.apiGroup !== RBAC)
        errors.push(notSupported(`${at}.apiGroup`, subject.apiGroup ?? '', [RBAC]));
    } else {
      errors.push(notSupported(`${at}.kind`, subject.kind ?? '', ['ServiceAccount', 'User', 'Group']));
    }
  }
  return errors;
}

function bindingStrategy<T extends RoleBinding | ClusterRoleBinding>(
  kinds: readonly string[],
  namespaced: boolean,
): Strategy<T> {
  return {
    generation: false,
    allowCreateOnUpdate: true,
    nameProblems: pathSegmentProblems,
    defaults: (binding) => {
      const withRef = within(binding as RoleBinding, 'roleRef', (ref) => fill(ref, { apiGroup: RBAC }));
      return within(withRef, 'subjects', (subjects) => each(subjects, defaultSubject)) as T;
    },
    validate: (binding) => validateBinding(binding, kinds, namespaced),
    validateUpdate: (binding, old) =>
      jsonEqual(binding.roleRef, old.roleRef)
        ? []
        : [invalidValue('roleRef', binding.roleRef, 'cannot change roleRef')],
  };
}

/** rbac.authorization.k8s.io/v1 */
export const roleStrategy: Strategy<Role> = {
  generation: false,
  allowCreateOnUpdate: true,
  nameProblems: pathSegmentProblems,
  validate: ({ rules }) => validateRules(rules ?? [], true),
};

function validateAggregation(selectors: readonly LabelSelector[]): FieldError[] {
  const field = 'aggregationRule.clusterRoleSelectors';
  if (selectors.length === 0)
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, index) => {
    const errors = validateSelector(selector, `${field}[${index}]`);
    return errors.length === 0
      ? []
      : [...errors, invalidValue(`${field}[${index}]`, null, 'invalid label selector.')];
  });
}

/** rbac.authorization.k8s.io/v1 */
export const clusterRoleStrategy: Strategy<ClusterRole> = {
  generation: false,
  allowCreateOnUpdate: true,
  nameProblems: pathSegmentProblems,
  validate: ({ rules, aggregationRule }) => [
    ...validateRules(rules ?? [], false),
    ...(aggregationRule ? validateAggregation(aggregationRule.clusterRoleSelectors ?? []) : []),
  ],
};

export const roleBindingStrategy = bindingStrategy<RoleBinding>(['Role', 'ClusterRole'], true);
export const clusterRoleBindingStrategy = bindingStrategy<ClusterRoleBinding>(['ClusterRole'], false);
