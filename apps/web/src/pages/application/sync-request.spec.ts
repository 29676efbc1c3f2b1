import { describe, expect, it } from 'vitest';
import type { ResourceStatus } from '../../api/types.js';
import { initialSyncForm, toSyncRequest } from './sync-request.js';

const resources: ResourceStatus[] = [
  { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'ns', name: 'a', status: 'OutOfSync' },
  { version: 'v1', kind: 'Service', namespace: 'ns', name: 'b', status: 'Synced' },
];

describe('the sync panel', () => {
  it('begins with what the application says about itself', () => {
    expect(initialSyncForm(true, ['CreateNamespace=true'], 2)).toMatchObject({
      prune: true,
      createNamespace: true,
      replace: false,
      retryLimit: 2,
    });
  });

  it('sends no list when everything is chosen, so that hooks run', () => {
    expect(toSyncRequest(initialSyncForm(false, [], 0), resources)).toEqual({
      prune: false,
      dryRun: false,
      strategy: { hook: { force: false } },
    });
  });

  it('lists what is left when something is excluded', () => {
    const form = {
      ...initialSyncForm(true, [], 0),
      excluded: new Set(['/Service/ns/b']),
      applyOnly: true,
      force: true,
      revision: ' main ',
      retryLimit: 3,
      serverSide: true,
    };
    expect(toSyncRequest(form, resources)).toEqual({
      revision: 'main',
      prune: true,
      dryRun: false,
      strategy: { apply: { force: true } },
      resources: [{ group: 'apps', kind: 'Deployment', namespace: 'ns', name: 'a' }],
      syncOptions: { items: ['ServerSideApply=true'] },
      retryStrategy: { limit: 3, backoff: { duration: '5s', factor: 2, maxDuration: '3m0s' } },
    });
  });
});
