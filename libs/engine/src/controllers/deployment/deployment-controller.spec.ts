import { expect, it } from 'vitest';
import { Deployments, ReplicaSets } from '../../clients/resource-type.js';
import type { Deployment, DeploymentSpec } from '../../types/index.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

const deployment = (image = 'nginx:1', replicas = 3): Deployment & { spec: DeploymentSpec } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: template('web', image),
    progressDeadlineSeconds: 600,
  },
});

const condition = (object: Deployment, type: string): string | undefined => {
  const found = object.status?.conditions?.find((entry) => entry.type === type);
  return found && `${found.status} ${found.reason}`;
};

it('runs the wanted number of pods and reports them available', () => {
  const cluster = appsCluster();
  cluster.client.create(Deployments, deployment());
  cluster.advance('1m');
  const found = cluster.client.get(Deployments, 'default', 'web');
  expect(found.status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  expect(condition(found, 'Available')).toBe('True MinimumReplicasAvailable');
  expect(condition(found, 'Progressing')).toBe('True NewReplicaSetAvailable');
  expect(found.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
  expect(cluster.errors).toEqual([]);
});

it('rolls a new template out without falling below the minimum, and reuses the old ReplicaSet on the way back', () => {
  const cluster = appsCluster();
  cluster.client.create(Deployments, deployment());
  cluster.advance('1m');
  let lowest = Infinity;
  cluster.store.subscribe((event) => {
    if (event.resource === 'apps/deployments')
      lowest = Math.min(lowest, (event.object as Deployment).status?.availableReplicas ?? 0);
  });
  const current = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...current, spec: deployment('nginx:2').spec });
  cluster.advance('1m');
  expect(lowest).toBeGreaterThanOrEqual(3);
  expect(podsOf(cluster).map((pod) => pod.spec?.containers[0]?.image)).toEqual([
    'nginx:2',
    'nginx:2',
    'nginx:2',
  ]);
  const second = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...second, spec: deployment('nginx:1').spec });
  cluster.advance('1m');
  const third = cluster.client.get(Deployments, 'default', 'web');
  expect(third.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  expect(cluster.client.lister(ReplicaSets).list('default')).toHaveLength(2);
  expect(cluster.errors).toEqual([]);
});

it('says that the deadline passed when the new pods never become ready', () => {
  const cluster = appsCluster((pod) =>
    pod.spec?.containers[0]?.image === 'nginx:broken' ? 'running' : 'ready',
  );
  cluster.client.create(Deployments, deployment());
  cluster.advance('1m');
  const current = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...current, spec: deployment('nginx:broken').spec });
  cluster.advance('9m');
  expect(condition(cluster.client.get(Deployments, 'default', 'web'), 'Progressing')).toBe(
    'True ReplicaSetUpdated',
  );
  cluster.advance('2m');
  const stuck = cluster.client.get(Deployments, 'default', 'web');
  expect(condition(stuck, 'Progressing')).toBe('False ProgressDeadlineExceeded');
  expect(condition(stuck, 'Available')).toBe('True MinimumReplicasAvailable');
});

it('recreates only after the last old pod is gone', () => {
  const cluster = appsCluster();
  const recreate: Deployment & { spec: DeploymentSpec } = {
    ...deployment(),
    spec: { ...deployment().spec, strategy: { type: 'Recreate' } },
  };
  cluster.client.create(Deployments, recreate);
  cluster.advance('1m');
  const images = new Set<string>();
  cluster.store.subscribe(() =>
    images.add(
      podsOf(cluster)
        .map((pod) => pod.spec?.containers[0]?.image)
        .filter((image, index, all) => all.indexOf(image) === index)
        .join('+'),
    ),
  );
  const current = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, {
    ...current,
    spec: { ...recreate.spec, template: template('web', 'nginx:2') },
  });
  cluster.advance('1m');
  expect([...images].filter((text) => text.includes('+'))).toEqual([]);
  expect(podsOf(cluster)).toHaveLength(3);
});

it('scales both ReplicaSets in proportion when scaled while paused in mid-rollout', () => {
  const cluster = appsCluster((pod) => (pod.spec?.containers[0]?.image === 'nginx:2' ? 'running' : 'ready'));
  cluster.client.create(Deployments, deployment('nginx:1', 10));
  cluster.advance('1m');
  const current = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...current, spec: deployment('nginx:2', 10).spec });
  cluster.advance('5s');
  const sizes = () =>
    cluster.client
      .lister(ReplicaSets)
      .list('default')
      .map((set) => set.spec?.replicas)
      .sort((a, b) => (a ?? 0) - (b ?? 0));
  expect(sizes()).toEqual([5, 8]);
  const middle = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...middle, spec: { ...deployment('nginx:2', 20).spec } });
  cluster.advance('5s');
  const [small = 0, large = 0] = sizes();
  expect((small ?? 0) + (large ?? 0)).toBe(25);
  expect(large).toBeGreaterThan(small ?? 0);
  expect(cluster.errors).toEqual([]);
});

it('gives the same history for the same seed', () => {
  const history = (): string => {
    const cluster = appsCluster();
    cluster.client.create(Deployments, deployment());
    cluster.advance('10m');
    return JSON.stringify(cluster.store.eventsSince(0));
  };
  expect(history()).toBe(history());
});

it('counts on from the revision of an adopted ReplicaSet, however large, and lists the earlier ones of a set that returns', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(ReplicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'orphan',
      namespace: 'default',
      labels: { app: 'web' },
      annotations: { 'deployment.kubernetes.io/revision': '3546343826724305832' },
    },
    spec: { selector: { matchLabels: { app: 'web' } }, template: template('web', 'nginx:0') },
  });
  client.create(Deployments, deployment());
  cluster.advance('1m');
  const revision = (): Record<string, string> =>
    client.get(Deployments, 'default', 'web').metadata.annotations ?? {};
  expect(revision()['deployment.kubernetes.io/revision']).toBe('3546343826724305833');
  for (const image of ['nginx:2', 'nginx:1']) {
    client.patch(Deployments, 'default', 'web', 'merge', { spec: { template: template('web', image) } });
    cluster.advance('1m');
  }
  expect(revision()['deployment.kubernetes.io/revision']).toBe('3546343826724305835');
  const back = client
    .lister(ReplicaSets)
    .list('default')
    .find(({ spec }) => spec?.template?.spec?.containers[0]?.image === 'nginx:1');
  expect(back?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe(
    '3546343826724305833',
  );
});

it('stays at rest when it is paused after a rollout, and says that it is paused', () => {
  const cluster = appsCluster();
  cluster.client.create(Deployments, deployment());
  cluster.advance('1m');
  const current = cluster.client.get(Deployments, 'default', 'web');
  cluster.client.update(Deployments, { ...current, spec: { ...deployment().spec, paused: true } });
  cluster.advance('1s');
  const paused = cluster.client.get(Deployments, 'default', 'web');
  expect(condition(paused, 'Progressing')).toBe('Unknown DeploymentPaused');
  cluster.advance('1m');
  const later = cluster.client.get(Deployments, 'default', 'web');
  expect(later.metadata.resourceVersion).toBe(paused.metadata.resourceVersion);
});

it('lists its conditions in the order in which they last changed', () => {
  const cluster = appsCluster();
  cluster.client.create(Deployments, deployment());
  cluster.advance('1m');
  const { status } = cluster.client.get(Deployments, 'default', 'web');
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['Available', 'Progressing']);
  expect(status?.terminatingReplicas).toBe(0);
});
