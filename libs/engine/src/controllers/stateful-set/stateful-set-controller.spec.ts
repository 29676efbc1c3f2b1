import { describe, expect, it } from 'vitest';
import { StatefulSets } from '../../clients/resource-type.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

describe('StatefulSet', () => {
  it('counts the partition of an update from its first ordinal', () => {
    const cluster = appsCluster();
    cluster.client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        replicas: 4,
        serviceName: 'db',
        ordinals: { start: 5 },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
        selector: { matchLabels: { app: 'db' } },
        template: template('db', 'db:1'),
      },
    });
    cluster.advance('1m');
    const { spec } = cluster.client.get(StatefulSets, 'default', 'db');
    const patch = { spec: { ...spec, template: template('db', 'db:2') } };
    cluster.client.patch(StatefulSets, 'default', 'db', 'merge', patch);
    cluster.advance('2m');
    const images = podsOf(cluster).map(
      ({ metadata, spec: pod }) => `${metadata.name} ${pod?.containers[0]?.image}`,
    );
    expect(images).toEqual(['db-5 db:1', 'db-6 db:1', 'db-7 db:2', 'db-8 db:2']);
  });
});
