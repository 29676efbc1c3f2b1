import type { AdmissionRequest } from './admission-request.js';
import { operationOf } from './request-part.js';
import type { ResourceInfo } from '../registry/resource.js';
import { matchesSelector } from '../selectors/label-selector.js';
import type { Store } from '../store/store.js';
import type {
  LabelSelector,
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
  const { resource, subresource, object } = request;
  const has = (list: readonly string[] | undefined, wanted: string): boolean =>
    (list ?? []).some((one) => one === '*' || one === wanted);
  if (
    !has(rule.operations, operationOf(request)) ||
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

/**
 * True when a request is about an object, before or after it, and in a namespace with the right labels. A namespace is chosen
 * by its own labels; what is in none is always in reach.
 */
export function selectorsMatch(
  { namespaceSelector, objectSelector }: Pick<MatchResources, 'namespaceSelector' | 'objectSelector'>,
  { resource, object, old }: AdmissionRequest,
  store: Store,
): boolean {
  if (
    !isAll(objectSelector) &&
    !matchesSelector(objectSelector, object.metadata.labels) &&
    !(old && matchesSelector(objectSelector, old.metadata.labels))
  )
    return false;
  if (isAll(namespaceSelector)) return true;
  if (resource.group === '' && resource.resource === 'namespaces')
    return matchesSelector(namespaceSelector, object.metadata.labels);
  if (!resource.namespaced) return true;
  const namespace = store.get('/namespaces', `/${object.metadata.namespace}`) as Namespace | undefined;
  return matchesSelector(namespaceSelector, namespace?.metadata.labels);
}

/** Policies and webhooks have no say over policies and webhooks: they could lock everybody out of changing them. */
export function isPolicyOfAdmission({ group }: ResourceInfo): boolean {
  return group === 'admissionregistration.k8s.io';
}

const isAll = (selector: LabelSelector | undefined): boolean =>
  !selector || (!selector.matchLabels && !selector.matchExpressions);
