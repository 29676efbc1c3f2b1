import { describe, expect, it } from 'vitest';
import {
  ControllerRevisions,
  PersistentVolumeClaims,
  Pods,
  StatefulSets,
} from '../../clients/resource-type.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

describe('StatefulSet', () => {
  it('names the revision on its pods, and the cause of the change on the revision', () => {
    const cluster = appsCluster();
    const annotations = { 'kubernetes.io/change-cause': 'first try' };
    cluster.client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default', annotations },
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: template('db', 'db:1'),
      },
    });
    cluster.advance('1m');
    const { status } = cluster.client.get(StatefulSets, 'default', 'db');
    const [pod] = podsOf(cluster);
    expect(pod?.metadata.labels?.['controller-revision-hash']).toBe(status?.currentRevision);
    const revision = cluster.client.get(ControllerRevisions, 'default', status?.currentRevision ?? '');
    expect(revision.metadata.annotations).toEqual(annotations);
    expect(revision.metadata.labels?.['controller.kubernetes.io/hash']).toBe(
      status?.currentRevision?.slice('db-'.length),
    );
    // Clients compare the bytes with what they make of the set, and their encoder sorts the keys.
    expect(JSON.stringify(revision.data)).toMatch(/^\{"spec":\{"template":\{"\$patch":"replace","metadata":/);
  });

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

  it.each([
    {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      scaled: ['data-db-0', 'data-db-1'],
      deleted: ['data-db-0', 'data-db-1'],
    },
    { whenDeleted: 'Delete', whenScaled: 'Retain', scaled: ['data-db-0', 'data-db-1'], deleted: [] },
    { whenDeleted: 'Retain', whenScaled: 'Delete', scaled: ['data-db-0'], deleted: ['data-db-0'] },
    { whenDeleted: 'Delete', whenScaled: 'Delete', scaled: ['data-db-0'], deleted: [] },
  ])(
    'keeps claims when scaled ($whenScaled) and deleted ($whenDeleted)',
    ({ scaled, deleted, ...policy }) => {
      const cluster = appsCluster();
      const { client } = cluster;
      client.create(StatefulSets, {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db', namespace: 'default' },
        spec: {
          replicas: 2,
          serviceName: 'db',
          persistentVolumeClaimRetentionPolicy: policy,
          selector: { matchLabels: { app: 'db' } },
          template: template('db', 'db:1'),
          volumeClaimTemplates: [
            {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          ],
        },
      });
      const claims = () =>
        client
          .lister(PersistentVolumeClaims)
          .list()
          .map(({ metadata }) => metadata.name);
      cluster.advance('1m');
      expect(claims()).toEqual(['data-db-0', 'data-db-1']);
      client.patch(StatefulSets, 'default', 'db', 'merge', { spec: { replicas: 1 } });
      cluster.advance('1m');
      expect(claims()).toEqual(scaled);
      client.delete(StatefulSets, 'default', 'db');
      cluster.advance('1m');
      expect(claims()).toEqual(deleted);
      expect(cluster.errors).toEqual([]);
    },
  );

  it('does not call an update by deletion done', () => {
    const cluster = appsCluster();
    const { client } = cluster;
    client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        replicas: 1,
        serviceName: 'db',
        updateStrategy: { type: 'OnDelete' },
        selector: { matchLabels: { app: 'db' } },
        template: template('db', 'db:1'),
      },
    });
    cluster.advance('1m');
    const first = client.get(StatefulSets, 'default', 'db').status?.currentRevision;
    client.patch(StatefulSets, 'default', 'db', 'merge', { spec: { template: template('db', 'db:2') } });
    client.delete(Pods, 'default', 'db-0');
    cluster.advance('1m');
    const { status } = client.get(StatefulSets, 'default', 'db');
    expect(podsOf(cluster)[0]?.spec?.containers[0]?.image).toBe('db:2');
    expect(status).toMatchObject({ currentRevision: first, updatedReplicas: 1 });
    expect(status?.updateRevision).not.toBe(first);
  });

  it('shrinks to nothing though the first pod is not well, from the last on', () => {
    const cluster = appsCluster();
    cluster.client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        replicas: 3,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: template('db', 'db:1'),
      },
    });
    cluster.advance('1m');
    const [first] = podsOf(cluster);
    if (!first) throw new Error('there are no pods');
    const conditions = [{ type: 'Ready', status: 'False' }];
    cluster.client.updateStatus(Pods, { ...first, status: { ...first.status, conditions } });
    cluster.client.patch(StatefulSets, 'default', 'db', 'merge', { spec: { replicas: 0 } });
    cluster.advance(100);
    expect(
      podsOf(cluster).map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
    ).toEqual([
      ['db-0', false],
      ['db-1', false],
      ['db-2', true],
    ]);
    cluster.advance('1m');
    expect(podsOf(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });
});

it('counts a pod on its way out as ready as long as it is, and tells of a failed one only that it is deleted', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(StatefulSets, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 1,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: template('db'),
    },
  });
  cluster.advance('1m');
  const pod = client.get(Pods, 'default', 'db-0');
  expect(pod.metadata.generateName).toBe('db-');
  client.update(Pods, { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/wait'] } });
  client.delete(Pods, 'default', 'db-0');
  cluster.settle();
  expect(client.get(StatefulSets, 'default', 'db').status).toMatchObject({
    readyReplicas: 1,
    availableReplicas: 1,
  });
});
