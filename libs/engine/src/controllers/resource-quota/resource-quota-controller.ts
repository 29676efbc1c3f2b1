import { quotaUsed } from '../../admission/quota-ledger.js';
import { resourcesOfQuota } from '../../admission/quota-usage.js';
import { ResourceQuotas } from '../../clients/resource-type.js';
import { jsonEqual } from '../../registry/json-equal.js';
import type { ResourceQuota } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'resourcequota-controller';

/**
 * Shows in every quota what its namespace uses (pkg/controller/resourcequota). Admission does not rely on it: both read
 * the ledger.
 */
export const resourceQuotaController: Controller = {
  name: NAME,
  start(context) {
    const { client, store } = context;
    const quotas = store.table('/resourcequotas');
    const reconcile = (quota: ResourceQuota): undefined => {
      const hard = quota.spec?.hard ?? {};
      const status = { hard, used: quotaUsed(store, quota) };
      if (!jsonEqual(status, quota.status)) client.updateStatus(ResourceQuotas, { ...quota, status });
    };
    return startKeyedController(context, NAME, ResourceQuotas, reconcile, (queue) => [
      store.subscribe((event) => {
        if (quotas.objects.size === 0 || event.resource === '/resourcequotas') return;
        for (const object of quotas.by('namespace', event.object.metadata.namespace ?? '')) {
          const quota = object as ResourceQuota;
          if (resourcesOfQuota(quota).has(event.resource)) queue.add(keyOf(quota));
        }
      }),
    ]);
  },
};
