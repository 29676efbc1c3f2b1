import type { SyncRequest } from '../../api/applications.js';
import type { ResourceStatus } from '../../api/types.js';
import { objectId } from './object-id.js';

export interface SyncForm {
  revision: string;
  prune: boolean;
  dryRun: boolean;
  applyOnly: boolean;
  force: boolean;
  replace: boolean;
  serverSide: boolean;
  createNamespace: boolean;
  pruneLast: boolean;
  outOfSyncOnly: boolean;
  skipValidation: boolean;
  retryLimit: number;
  /** Addresses of the objects that are left out. */
  excluded: ReadonlySet<string>;
}

/** The form as the application's own policy fills it. */
export function initialSyncForm(
  prune: boolean,
  syncOptions: readonly string[],
  retryLimit: number,
): SyncForm {
  const has = (option: string) => syncOptions.includes(option);
  return {
    revision: '',
    prune,
    dryRun: false,
    applyOnly: false,
    force: false,
    replace: has('Replace=true'),
    serverSide: has('ServerSideApply=true'),
    createNamespace: has('CreateNamespace=true'),
    pruneLast: has('PruneLast=true'),
    outOfSyncOnly: has('ApplyOutOfSyncOnly=true'),
    skipValidation: has('Validate=false'),
    retryLimit,
    excluded: new Set(),
  };
}

/** What is sent. All objects chosen means no list: only then do hooks run and history records the sync. */
export function toSyncRequest(form: SyncForm, resources: readonly ResourceStatus[]): SyncRequest {
  const chosen = resources.filter((resource) => !form.excluded.has(objectId(resource)));
  const options = [
    form.replace && 'Replace=true',
    form.serverSide && 'ServerSideApply=true',
    form.createNamespace && 'CreateNamespace=true',
    form.pruneLast && 'PruneLast=true',
    form.outOfSyncOnly && 'ApplyOutOfSyncOnly=true',
    form.skipValidation && 'Validate=false',
  ].filter((option): option is string => typeof option === 'string');
  return {
    ...(form.revision.trim() ? { revision: form.revision.trim() } : {}),
    prune: form.prune,
    dryRun: form.dryRun,
    strategy: form.applyOnly ? { apply: { force: form.force } } : { hook: { force: form.force } },
    ...(chosen.length < resources.length
      ? {
          resources: chosen.map(({ group, kind, namespace, name }) => ({
            ...(group ? { group } : {}),
            kind,
            ...(namespace ? { namespace } : {}),
            name,
          })),
        }
      : {}),
    ...(options.length > 0 ? { syncOptions: { items: options } } : {}),
    ...(form.retryLimit > 0
      ? {
          retryStrategy: {
            limit: form.retryLimit,
            backoff: { duration: '5s', factor: 2, maxDuration: '3m0s' },
          },
        }
      : {}),
  };
}
