import { expect, it } from 'vitest';
import { Deployments, StatefulSets, type ResourceType } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import type { StoredObject } from '../../store/stored-object.js';

const { client } = createCluster({ controllers: [] });

/** The generation of a new workload after each of these patches. */
function generations<T extends StoredObject>(
  type: ResourceType<T>,
  kind: string,
  patches: readonly object[],
): (number | undefined)[] {
  const labels = { app: 'web' };
  const spec = {
    selector: { matchLabels: labels },
    serviceName: kind === 'StatefulSet' ? 'web' : undefined,
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'main:1' }] } },
  };
  const object = { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: 'default' }, spec };
  client.create(type, JSON.parse(JSON.stringify(object)) as T);
  return patches.map((patch) => client.patch(type, 'default', 'web', 'merge', patch).metadata.generation);
}

const PATCHES = [
  { metadata: { annotations: { note: 'a' } } },
  { metadata: { annotations: { note: 'a' } } },
  { metadata: { labels: { of: 'b' } } },
  { metadata: { annotations: null } },
];

it('raises the generation of a deployment with its annotations, not with its labels', () => {
  expect(generations(Deployments, 'Deployment', PATCHES)).toEqual([2, 2, 2, 3]);
});

it('counts changes of the specification alone for other workloads', () => {
  expect(generations(StatefulSets, 'StatefulSet', PATCHES)).toEqual([1, 1, 1, 1]);
});
