import { describe, expect, it } from 'vitest';
import { AdminApi } from './testing/admin-api.js';

describe('storageHash', () => {
  const hashOf = (path: string, name: string): string | undefined => {
    const { resources } = new AdminApi().send('GET', path).json as unknown as {
      resources: { name: string; storageVersionHash?: string }[];
    };
    return resources.find((resource) => resource.name === name)?.storageVersionHash;
  };

  it('is the one that Kubernetes publishes for the version a kind is stored in', () => {
    expect(hashOf('/apis/apps/v1', 'deployments')).toBe('8aSe+NMegvE=');
    expect(hashOf('/apis/autoscaling/v1', 'horizontalpodautoscalers')).toBe('qwQve8ut294=');
    expect(hashOf('/apis/events.k8s.io/v1', 'events')).toBe('r2yiGXH7wu8=');
    expect(hashOf('/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions')).toBe('jfWCUB31mvA=');
  });

  it('is not there for what is not stored', () => {
    expect(hashOf('/api/v1', 'componentstatuses')).toBeUndefined();
  });
});
