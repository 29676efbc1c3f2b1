import { forbidden } from '../api/api-error.js';
import type { AdmissionRequest } from './admission-request.js';
import { addQuantities, compareQuantities, subtractQuantity } from '../registry/quantity.js';
import { resourceKey } from '../registry/resource.js';
import type { Store } from '../store/store.js';
import type { Pod, ResourceQuota } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';
import { quotaUsed } from './quota-ledger.js';
import { quotaCounts, resourcesOfQuota, usageOf, type Usage } from './quota-usage.js';

/**
 * Refuses what would take a namespace beyond its quotas. The running totals follow the store itself, so they are never stale; a
 * namespace without a quota costs one look-up.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(request, { store }) {
    const { resource, object, operation, subresource } = request;
    if (operation === 'DELETE' || !resource.namespaced) return;
    // A resize changes what a pod asks for; no other part of an object does.
    if (subresource !== undefined && subresource !== 'resize') return;
    for (const found of store.table('/resourcequotas').by('namespace', object.metadata.namespace ?? ''))
      checkQuota(store, found as ResourceQuota, request);
  },
};

function checkQuota(store: Store, quota: ResourceQuota, request: AdmissionRequest): void {
  const { resource, object, old } = request;
  const hard = quota.spec?.hard ?? {};
  if (!resourcesOfQuota(quota).has(resourceKey(resource)) || !quotaCounts(quota, resource, object)) return;
  const name = object.metadata.name ?? '';
  const usage = usageOf(resource, object);
  const before = old ? usageOf(resource, old) : {};
  const requested: Usage = {};
  for (const limited of Object.keys(hard)) {
    const more = subtractQuantity(usage[limited] ?? '0', before[limited] ?? '0');
    if (compareQuantities(more, '0') > 0) requested[limited] = more;
  }
  const quotaName = quota.metadata.name ?? '';
  if (!old && resource.group === '' && resource.resource === 'pods') {
    const missing = unspecified(object as Pod, Object.keys(hard));
    if (missing !== '')
      throw forbidden(resource, name, `failed quota: ${quotaName}: must specify ${missing}`);
  }
  if (Object.keys(requested).length === 0) return;
  const used = quotaUsed(store, quota);
  const exceeded = Object.keys(requested)
    .filter(
      (one) =>
        compareQuantities(addQuantities(used[one] ?? '0', requested[one] ?? '0'), hard[one] ?? '0') > 0,
    )
    .sort();
  if (exceeded.length === 0) return;
  const shown = (amounts: Usage): string => exceeded.map((one) => `${one}=${amounts[one] ?? '0'}`).join(',');
  throw forbidden(
    resource,
    name,
    `exceeded quota: ${quotaName}, requested: ${shown(requested)}, used: ${shown(used)}, limited: ${shown(hard)}`,
  );
}

/** A quota on compute makes every container say what it needs: `limits.cpu for: web; requests.memory for: web`. */
function unspecified(pod: Pod, limited: readonly string[]): string {
  const parts: string[] = [];
  for (const name of limited.toSorted()) {
    const [part, resource] = name.includes('.') ? name.split('.') : ['requests', name];
    if (part !== 'requests' && part !== 'limits') continue;
    if (resource === undefined || !['cpu', 'memory', 'ephemeral-storage'].includes(resource)) continue;
    const without = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].filter(
      ({ resources }) => resources?.[part]?.[resource] === undefined,
    );
    if (without.length > 0) parts.push(`${name} for: ${without.map((one) => one.name).join(',')}`);
  }
  return parts.join('; ');
}
