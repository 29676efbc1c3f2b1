import { beforeAll, describe, expect, it } from 'vitest';
import { ApiServer } from '../api/api-server.js';
import { isStream } from '../api/api-request.js';
import { listObjects, type ListPage } from '../api/list.js';
import { mastersOnly } from '../auth/authorizer.js';
import {
  ConfigMaps,
  CustomResourceDefinitions,
  Deployments,
  Jobs,
  Namespaces,
  NetworkPolicies,
  PersistentVolumeClaims,
  PersistentVolumes,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ResourceQuotas,
  Services,
} from '../clients/resource-type.js';
import type { Cluster } from '../cluster.js';
import { NetworkPolicies as Enforcement } from '../network/policies/network-policies.js';
import type { ConfigMap, Pod } from '../types/index.js';
import { appsCluster, template } from './testing/apps-cluster.js';
import { countVisits } from './testing/count-visits.js';

const SMALL = 15;
const LARGE = 150;
/** What may differ by chance: an object more or less in a bucket, an event. */
const SLACK = 5;

const Widgets = {
  group: 'example.com',
  version: 'v1',
  resource: 'widgets',
  kind: 'Widget',
  namespaced: true,
};

const meta = (name: string, namespace = 'default') => ({ name, namespace, labels: { app: name } });
const selector = (app: string) => ({ matchLabels: { app } });
const pod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name),
  spec: { containers: [{ name: 'main', image: 'a' }] },
});
const map = (name: string, extra: ConfigMap['metadata'] = {}, namespace = 'default'): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...meta(name, namespace), ...extra },
});
const replicaSet = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: meta(name),
  spec: { replicas, selector: selector(name), template: template(name) },
});
const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(name),
  spec: { replicas, selector: selector(name), template: template(name) },
});
const budget = (name: string) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta(name),
  spec: { minAvailable: 0, selector: selector(name) },
});
const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const policy = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: meta(name),
  spec: { podSelector: selector(name) },
});
const job = (name: string, suspend: boolean) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default' },
  spec: { suspend, template: template(name, 'a', { restartPolicy: 'Never' }) },
});
const claim = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: meta(name),
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: name,
    resources: { requests: { storage: '1Gi' } },
  },
});
const volume = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: name,
    capacity: { storage: '1Gi' },
    hostPath: { path: '/' },
  },
});

/** A namespace with `size` of everything, none of which is meant by what a test does. */
function crowded(size: number): Cluster {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(ResourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'all', namespace: 'default' },
    spec: { hard: { pods: '9999' } },
  });
  client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaving' } });
  client.create(CustomResourceDefinitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  const owner = client.create(ConfigMaps, map('owner'));
  for (let index = 0; index < size; index++) {
    const name = `n-${index}`;
    client.create(Pods, pod(name));
    client.create(ReplicaSets, replicaSet(`rs-${index}`, 0));
    client.create(Deployments, deployment(`d-${index}`, 0));
    client.create(PodDisruptionBudgets, budget(`b-${index}`));
    client.create(Services, service(`s-${index}`));
    client.create(NetworkPolicies, policy(name));
    client.create(Jobs, job(`j-${index}`, true));
    client.create(PersistentVolumeClaims, claim(`c-${index}`));
    client.create(PersistentVolumes, volume(`v-${index}`));
    const held = { finalizers: ['example.com/held'] };
    client.create(ConfigMaps, map(`held-${index}`, held, 'leaving'));
    client.create(Widgets, {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name, namespace: 'default', ...held },
    });
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid ?? '' };
    client.create(
      ConfigMaps,
      map(`owned-${index}`, { ...held, ownerReferences: [{ ...reference, blockOwnerDeletion: true }] }),
    );
  }
  cluster.advance('1m');
  return cluster;
}

const small = crowded(SMALL);
const large = crowded(LARGE);

const released = <T extends { metadata: object }>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, finalizers: [] },
});

const listPods = ({ store, registry }: Cluster, query: string): ListPage => {
  const resource = registry.find('', 'v1', 'pods');
  if (!resource) throw new Error('no pods');
  return listObjects(store, { resource, namespace: 'default', parameters: new URLSearchParams(query) });
};
const list = (cluster: Cluster): void => void listPods(cluster, 'limit=3');

const apiOf = (cluster: Cluster): ApiServer =>
  new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'admin', groups: ['system:masters'] }) }],
    authorizer: mastersOnly,
  });
const ask = (cluster: Cluster, method: string, path: string, query = '', body: object = {}) =>
  apiOf(cluster).handle({
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    headers: () => [],
    headerNames: () => [],
    body: Buffer.from(method === 'GET' ? '' : JSON.stringify(body)),
  });
const PODS = '/api/v1/namespaces/default/pods';

const evict = (cluster: Cluster): void => {
  cluster.client.create(Pods, pod('leaving'));
  cluster.advance('3s');
  expect(cluster.client.get(Pods, 'default', 'leaving').status?.phase).toBe('Running');
  const answer = ask(cluster, 'POST', `${PODS}/leaving/eviction`, '', { metadata: { name: 'leaving' } });
  expect(answer.status).toBe(201);
  cluster.advance('1m');
};

const OPERATIONS: Record<string, (cluster: Cluster) => void> = {
  'creating a pod': ({ client }) => client.create(Pods, pod('mine')),
  'writing the status of a pod': ({ client }) => {
    const mine = client.get(Pods, 'default', 'mine');
    client.updateStatus(Pods, { ...mine, status: { ...mine.status, message: 'new' } });
  },
  'patching a pod': ({ client }) =>
    client.patch(Pods, 'default', 'mine', 'merge', { metadata: { labels: { other: 'label' } } }),
  'applying a pod': ({ client }) => client.apply(Pods, pod('mine'), { fieldManager: 'test', force: true }),
  'deleting a pod': (cluster) => {
    cluster.client.delete(Pods, 'default', 'mine', { gracePeriodSeconds: 0 });
    cluster.advance('1s');
  },
  'rolling out a deployment': (cluster) => {
    cluster.client.create(Deployments, deployment('mine', 2));
    cluster.advance('3s');
  },
  'deleting a deployment': (cluster) => {
    cluster.client.delete(Deployments, 'default', 'mine');
    cluster.advance('3s');
  },
  'running a job and deleting it': (cluster) => {
    cluster.client.create(Jobs, job('mine', false));
    cluster.settle();
    cluster.client.delete(Jobs, 'default', 'mine', { propagationPolicy: 'Background' });
    cluster.advance('3s');
  },
  'creating a service': ({ client }) => client.create(Services, service('mine')),
  'creating a budget': ({ client }) => client.create(PodDisruptionBudgets, budget('mine')),
  'binding a claim': ({ client }) => {
    client.create(PersistentVolumeClaims, claim('mine'));
    client.create(PersistentVolumes, volume('mine'));
  },
  'listing a page': list,
  'listing the next page': (cluster) => {
    const { continue: next = '' } = listPods(cluster, 'limit=3');
    listPods(cluster, `limit=3&continue=${next}`);
  },
  'listing the next page at a past revision': (cluster) => {
    const { continue: next = '' } = listPods(cluster, 'limit=3');
    cluster.client.create(ConfigMaps, map('between'));
    listPods(cluster, `limit=3&continue=${next}`);
    cluster.client.delete(ConfigMaps, 'default', 'between');
  },
  'listing one by its name': (cluster) => {
    expect(listPods(cluster, 'fieldSelector=metadata.name%3Dn-3').objects).toHaveLength(1);
  },
  'watching from now on, through a change': (cluster) => {
    for (const selector of ['', '&labelSelector=app%3Dn-3', '&fieldSelector=metadata.name%3Dn-3']) {
      const { revision } = cluster.store;
      const watch = ask(cluster, 'GET', PODS, `watch=true&resourceVersion=${revision}${selector}`);
      if (!isStream(watch)) throw new Error('the watch did not open');
      let told = 0;
      watch.stream({ write: () => (told++, true), end: () => undefined });
      const labels = { turn: `${revision}${selector.length}` };
      cluster.client.patch(Pods, 'default', 'n-3', 'merge', { metadata: { labels } });
      expect(told).toBe(1);
    }
  },
  'evicting a pod': (cluster) => evict(cluster),
  'connecting two pods among policies': ({ client }) => {
    const policies = new Enforcement(client);
    const end = (name: string, namespace: string) =>
      policies.endOf({ ...pod(name), metadata: meta(name, namespace) }, `${namespace} ${name}`);
    const allows = (namespace: string): boolean =>
      policies.allow({
        from: end('n-3', namespace),
        to: end('n-4', namespace),
        port: 80,
        protocol: 'TCP',
      });
    expect(allows('default')).toBe(false);
    expect(allows('leaving')).toBe(true);
  },
  'getting, updating and trying a change of one': (cluster) => {
    const path = `${PODS}/n-4`;
    for (const query of ['', 'dryRun=All']) {
      const found = cluster.client.get(Pods, 'default', 'n-4');
      const labels = { ...found.metadata.labels, turn: `${query.length}` };
      const changed = { ...found, metadata: { ...found.metadata, labels } };
      expect(ask(cluster, 'PUT', path, query, changed).status).toBe(200);
    }
    expect(ask(cluster, 'GET', path).status).toBe(200);
  },
};

const LEAVING: Record<string, (cluster: Cluster) => void> = {
  'letting go of one of many objects of a namespace on its way out': (cluster) => {
    cluster.client.update(ConfigMaps, released(cluster.client.get(ConfigMaps, 'leaving', 'held-3')));
  },
  'letting go of one of many objects of a definition on its way out': (cluster) => {
    cluster.client.update(Widgets, released(cluster.client.get(Widgets, 'default', 'n-3')));
  },
  'letting go of one of many objects an owner waits for': (cluster) => {
    cluster.client.update(ConfigMaps, released(cluster.client.get(ConfigMaps, 'default', 'owned-3')));
  },
};

function compare(run: (cluster: Cluster) => void): void {
  const cost = (cluster: Cluster): number =>
    countVisits(cluster.store, () => {
      run(cluster);
      cluster.settle();
    });
  const few = cost(small);
  expect(cost(large)).toBeLessThanOrEqual(few + SLACK);
}

describe('with ten times as many objects around, no more of them are looked at for', () => {
  // The first list puts the names in order and the first eviction the budgets; from then on they stay so.
  beforeAll(() => {
    for (const cluster of [small, large]) {
      list(cluster);
      evict(cluster);
    }
  });

  it.each(Object.entries(OPERATIONS))('%s', (_, run) => compare(run));
});

describe('with ten times as many objects to wait for, no more of them are looked at for', () => {
  beforeAll(() => {
    for (const cluster of [small, large]) {
      cluster.client.delete(Namespaces, undefined, 'leaving');
      cluster.client.delete(CustomResourceDefinitions, undefined, 'widgets.example.com');
      cluster.client.delete(ConfigMaps, 'default', 'owner', { propagationPolicy: 'Foreground' });
      cluster.settle();
    }
  });

  it.each(Object.entries(LEAVING))('%s', (_, run) => compare(run));
});

it('counts what is iterated, so that the bounds above mean something', () => {
  const { store, client } = large;
  expect(countVisits(store, () => client.lister(Pods).list())).toBeGreaterThanOrEqual(LARGE);
  expect(countVisits(store, () => client.lister(Pods).list('default'))).toBeGreaterThanOrEqual(LARGE);
  expect(countVisits(store, () => client.lister(Pods).get('default', 'n-1'))).toBe(0);
});
