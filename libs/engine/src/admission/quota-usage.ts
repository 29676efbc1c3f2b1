import { addQuantities, compareQuantities } from '../registry/quantity.js';
import { qualityOfService } from '../registry/quality-of-service.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../types/index.js';

/** Amounts by quota name: `pods`, `requests.cpu`, `count/deployments.apps`, … */
export type Usage = Record<string, string>;

/** What one object takes from the quotas of its namespace (quota/v1/evaluator/core). */
export function usageOf(resource: Pick<ResourceInfo, 'group' | 'resource'>, object: StoredObject): Usage {
  const counted = resource.group ? `${resource.resource}.${resource.group}` : resource.resource;
  const usage: Usage = { [`count/${counted}`]: '1' };
  if (resource.group !== '') return usage;
  switch (resource.resource) {
    case 'pods':
      return { ...usage, ...podUsage(object as Pod) };
    case 'services':
      return { ...usage, ...serviceUsage(object as Service) };
    case 'persistentvolumeclaims':
      return { ...usage, ...claimUsage(object as PersistentVolumeClaim) };
    case 'configmaps':
    case 'secrets':
    case 'replicationcontrollers':
    case 'resourcequotas':
      return { ...usage, [resource.resource]: '1' };
    default:
      return usage;
  }
}

function podUsage(pod: Pod): Usage {
  // Pods that have ended take up their names, but no machine.
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return {};
  const usage: Usage = { pods: '1' };
  for (const part of ['requests', 'limits'] as const) {
    for (const [name, amount] of Object.entries(podAmounts(pod, part))) {
      usage[`${part}.${name}`] = amount;
      if (part === 'requests' && ['cpu', 'memory', 'ephemeral-storage'].includes(name)) usage[name] = amount;
    }
  }
  return usage;
}

/** Containers run together, init containers one after the other before them. */
function podAmounts({ spec }: Pod, part: 'requests' | 'limits'): Usage {
  const total: Usage = {};
  for (const { resources } of spec?.containers ?? []) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {}))
      total[name] = addQuantities(total[name] ?? '0', amount);
  }
  for (const { resources } of spec?.initContainers ?? []) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {}))
      if (compareQuantities(amount, total[name] ?? '0') > 0) total[name] = amount;
  }
  for (const [name, amount] of Object.entries(part === 'requests' ? (spec?.overhead ?? {}) : {}))
    total[name] = addQuantities(total[name] ?? '0', amount);
  return total;
}

function serviceUsage({ spec }: Service): Usage {
  const ports = (spec?.ports ?? []).filter(({ nodePort }) => nodePort).length;
  return {
    services: '1',
    ...(spec?.type === 'LoadBalancer' && { 'services.loadbalancers': '1' }),
    ...(ports > 0 && { 'services.nodeports': String(ports) }),
  };
}

function claimUsage({ spec }: PersistentVolumeClaim): Usage {
  const storage = spec?.resources?.requests?.['storage'] ?? '0';
  const usage: Usage = { persistentvolumeclaims: '1', 'requests.storage': storage };
  const prefix = spec?.storageClassName && `${spec.storageClassName}.storageclass.storage.k8s.io`;
  if (prefix) {
    usage[`${prefix}/persistentvolumeclaims`] = '1';
    usage[`${prefix}/requests.storage`] = storage;
  }
  return usage;
}

/** True when a quota counts this object: its scopes must all fit. Quotas with scopes count pods only. */
export function quotaCounts(
  quota: ResourceQuota,
  resource: Pick<ResourceInfo, 'group' | 'resource'>,
  object: StoredObject,
): boolean {
  const scopes = quota.spec?.scopes ?? [];
  const expressions = quota.spec?.scopeSelector?.matchExpressions ?? [];
  if (scopes.length === 0 && expressions.length === 0) return true;
  if (resource.group !== '' || resource.resource !== 'pods') return false;
  const pod = object as Pod;
  if (!scopes.every((scope) => inScope(pod, scope))) return false;
  return expressions.every(({ scopeName, operator, values = [] }) => {
    if (scopeName !== 'PriorityClass') return inScope(pod, scopeName);
    const name = pod.spec?.priorityClassName ?? '';
    if (operator === 'In') return values.includes(name);
    if (operator === 'NotIn') return !values.includes(name);
    return operator === 'Exists' ? name !== '' : name === '';
  });
}

function inScope(pod: Pod, scope: string): boolean {
  const ends = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
  const bestEffort = qualityOfService(pod.spec) === 'BestEffort';
  switch (scope) {
    case 'Terminating':
      return ends;
    case 'NotTerminating':
      return !ends;
    case 'BestEffort':
      return bestEffort;
    case 'NotBestEffort':
      return !bestEffort;
    case 'PriorityClass':
      return (pod.spec?.priorityClassName ?? '') !== '';
    case 'CrossNamespacePodAffinity':
      return JSON.stringify(pod.spec?.affinity ?? {}).includes('"namespace');
    default:
      return false;
  }
}

/** Which of a quota's amounts an object of this resource can change; they are what has to be added up. */
export function resourcesOfQuota(
  quota: ResourceQuota,
): Map<string, Pick<ResourceInfo, 'group' | 'resource'>> {
  const found = new Map<string, Pick<ResourceInfo, 'group' | 'resource'>>();
  const add = (group: string, resource: string) => found.set(`${group}/${resource}`, { group, resource });
  for (const name of Object.keys(quota.spec?.hard ?? {})) {
    if (name.startsWith('count/')) {
      const [resource = '', ...group] = name.slice(6).split('.');
      add(group.join('.'), resource);
    } else if (name.startsWith('services')) add('', 'services');
    else if (name.includes('persistentvolumeclaims') || name.endsWith('requests.storage'))
      add('', 'persistentvolumeclaims');
    else if (['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas'].includes(name))
      add('', name);
    else add('', 'pods');
  }
  return found;
}
