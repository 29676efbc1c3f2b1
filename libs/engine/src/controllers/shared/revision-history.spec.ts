import { expect, it } from 'vitest';
import { ControllerRevisions, DaemonSets, StatefulSets } from '../../clients/resource-type.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

const metadata = { name: 'web', namespace: 'default' };
const selector = { matchLabels: { app: 'web' } };
const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata,
  spec: { selector, template: template('web'), serviceName: 'web' },
} as const;

it('gives sets of two kinds with one name and one template a revision each', () => {
  const cluster = appsCluster();
  cluster.client.create(StatefulSets, statefulSet);
  cluster.client.create(DaemonSets, {
    ...statefulSet,
    kind: 'DaemonSet',
    spec: { selector, template: template('web') },
  });
  cluster.advance('10s');
  const revisions = cluster.client.lister(ControllerRevisions).list('default');
  expect(new Set(revisions.map((each) => each.metadata.ownerReferences?.[0]?.kind))).toEqual(
    new Set(['StatefulSet', 'DaemonSet']),
  );
  expect(cluster.client.get(DaemonSets, 'default', 'web').status).toMatchObject({ observedGeneration: 1 });
  expect(cluster.errors).toEqual([]);
});

it('takes over the revision of a set that was deleted alone, so that its pods stay', () => {
  const cluster = appsCluster();
  cluster.client.create(StatefulSets, statefulSet);
  cluster.advance('10s');
  const [before] = podsOf(cluster);
  cluster.client.delete(StatefulSets, 'default', 'web', { propagationPolicy: 'Orphan' });
  cluster.advance('10s');
  expect(cluster.client.lister(StatefulSets).list('default')).toEqual([]);
  cluster.client.create(StatefulSets, statefulSet);
  cluster.advance('1m');
  expect(podsOf(cluster).map((pod) => pod.metadata.uid)).toEqual([before?.metadata.uid]);
  expect(cluster.client.lister(ControllerRevisions).list('default')).toHaveLength(1);
  expect(cluster.errors).toEqual([]);
});
