import type { AdmissionRequest } from '../api/operations.js';
import { matchesSelector } from '../selectors/label-selector.js';
import type { Store } from '../store/store.js';
import type {
  MatchResources,
  Namespace,
  NamedRuleWithOperations,
  RuleWithOperations,
} from '../types/index.js';

/** True when a rule of a policy or webhook is about this request. */
export function ruleMatches(
  rule: RuleWithOperations & Pick<NamedRuleWithOperations, 'resourceNames'>,
  request: AdmissionRequest,
): boolean {
  const { resource, subresource, operation, object } = request;
  const has = (list: readonly string[] | undefined, wanted: string): boolean =>
    (list ?? []).some((one) => one === '*' || one === wanted);
  if (
    !has(rule.operations, operation) ||
    !has(rule.apiGroups, resource.group) ||
    !has(rule.apiVersions, resource.version)
  )
    return false;
  if (rule.scope === 'Cluster' && resource.namespaced) return false;
  if (rule.scope === 'Namespaced' && !resource.namespaced) return false;
  const names = rule.resourceNames ?? [];
  if (names.length > 0 && !names.includes(object.metadata.name ?? '')) return false;
  return (rule.resources ?? []).some((pattern) => {
    const [name = '', part] = pattern.split('/');
    if (name !== '*' && name !== resource.resource) return false;
    if (part === undefined) return subresource === undefined;
    return part === '*' || part === subresource;
  });
}

/** True when a request is among the resources a policy or its binding is about. No constraint is about everything. */
export function resourcesMatch(
  match: MatchResources | undefined,
  request: AdmissionRequest,
  store: Store,
): boolean {
  if (!match) return true;
  const { resourceRules, excludeResourceRules = [], namespaceSelector, objectSelector } = match;
  if (resourceRules && resourceRules.length > 0 && !resourceRules.some((rule) => ruleMatches(rule, request)))
    return false;
  if (excludeResourceRules.some((rule) => ruleMatches(rule, request))) return false;
  const labels = request.object.metadata.labels;
  if (
    objectSelector &&
    !matchesSelector(objectSelector, labels) &&
    !matchesSelector(objectSelector, request.old?.metadata.labels)
  )
    return false;
  if (!namespaceSelector || !request.resource.namespaced) return true;
  const namespace = store.get('/namespaces', `/${request.object.metadata.namespace}`) as
    Namespace | undefined;
  return matchesSelector(namespaceSelector, namespace?.metadata.labels);
}
