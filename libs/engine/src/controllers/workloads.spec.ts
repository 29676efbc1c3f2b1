import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import {
  ConfigMaps,
  CronJobs,
  DaemonSets,
  Deployments,
  Endpoints,
  EndpointSlices,
  Events,
  Jobs,
  Namespaces,
  Nodes,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ServiceAccounts,
  Services,
  StatefulSets,
} from '../clients/resource-type.js';
import type { Job, StatefulSet } from '../types/index.js';
import { appsCluster, podsOf, template } from './testing/apps-cluster.js';

const names = (cluster: Parameters<typeof podsOf>[0]): string[] =>
  podsOf(cluster).map((pod) => pod.metadata.name ?? '');
const node = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
});

describe('StatefulSet', () => {
  const set = (
    image = 'db:1',
    replicas = 3,
    extra: Partial<NonNullable<StatefulSet['spec']>> = {},
  ): StatefulSet => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: template('db', image),
      ...extra,
    },
  });

  it('starts pods one after the other, each when the one before is ready', () => {
    const cluster = appsCluster();
    cluster.client.create(StatefulSets, set());
    cluster.advance(900);
    expect(names(cluster)).toEqual(['db-0']);
    cluster.advance(1000);
    expect(names(cluster)).toEqual(['db-0', 'db-1']);
    cluster.advance('10s');
    expect(names(cluster)).toEqual(['db-0', 'db-1', 'db-2']);
    expect(cluster.client.get(StatefulSets, 'default', 'db').status).toMatchObject({
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
    });
    expect(cluster.errors).toEqual([]);
  });

  it('updates from the highest ordinal down to the partition', () => {
    const cluster = appsCluster();
    cluster.client.create(StatefulSets, set());
    cluster.advance('30s');
    const current = cluster.client.get(StatefulSets, 'default', 'db');
    const next = set('db:2', 3, {
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    });
    cluster.client.update(StatefulSets, { ...current, ...(next.spec && { spec: next.spec }) });
    cluster.advance('1m');
    expect(podsOf(cluster).map((pod) => pod.spec?.containers[0]?.image)).toEqual(['db:1', 'db:2', 'db:2']);
    cluster.client.delete(Pods, 'default', 'db-0');
    cluster.advance('1m');
    expect(podsOf(cluster).map((pod) => pod.spec?.containers[0]?.image)).toEqual(['db:1', 'db:2', 'db:2']);
    expect(cluster.errors).toEqual([]);
  });

  it('shrinks from the highest ordinal', () => {
    const cluster = appsCluster();
    cluster.client.create(StatefulSets, set());
    cluster.advance('30s');
    const current = cluster.client.get(StatefulSets, 'default', 'db');
    cluster.client.update(StatefulSets, {
      ...current,
      ...(set('db:1', 1).spec && { spec: set('db:1', 1).spec ?? { selector: {}, template: {} } }),
    });
    cluster.advance('30s');
    expect(names(cluster)).toEqual(['db-0']);
  });
});

describe('DaemonSet', () => {
  it('runs one pod on every node that fits, and follows nodes as they come', () => {
    const cluster = appsCluster();
    cluster.client.create(Nodes, node('node-1'));
    cluster.client.create(Nodes, {
      ...node('node-2'),
      spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
    });
    cluster.client.create(DaemonSets, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
    });
    cluster.advance('10s');
    expect(podsOf(cluster)).toHaveLength(1);
    cluster.client.create(Nodes, node('node-3'));
    cluster.advance('10s');
    expect(cluster.client.get(DaemonSets, 'default', 'agent').status).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
    });
    expect(cluster.errors).toEqual([]);
  });
});

describe('Job', () => {
  const job = (spec: Partial<NonNullable<Job['spec']>> = {}): Job => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'work' } },
      manualSelector: true,
      completions: 1,
      parallelism: 1,
      backoffLimit: 2,
      template: template('work', 'busybox', { restartPolicy: 'Never' }),
      ...spec,
    },
  });
  const conditions = (found: Job): string[] =>
    (found.status?.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .map(({ type, reason }) => `${type} ${reason}`);

  it('completes when its pods have succeeded', () => {
    const cluster = appsCluster(() => 'succeeded');
    cluster.client.create(Jobs, job({ completions: 3, parallelism: 2 }));
    cluster.advance('1m');
    const done = cluster.client.get(Jobs, 'default', 'work');
    expect(done.status?.succeeded).toBe(3);
    expect(conditions(done)).toEqual([
      'SuccessCriteriaMet CompletionsReached',
      'Complete CompletionsReached',
    ]);
    expect(done.status?.completionTime).toBeDefined();
    expect(cluster.errors).toEqual([]);
  });

  it('gives up after the back-off limit, waiting longer between tries', () => {
    const cluster = appsCluster(() => 'failed');
    cluster.client.create(Jobs, job());
    cluster.advance('5s');
    expect(podsOf(cluster)).toHaveLength(1);
    cluster.advance('10s');
    expect(podsOf(cluster)).toHaveLength(2);
    cluster.advance('1m');
    const done = cluster.client.get(Jobs, 'default', 'work');
    expect(done.status?.failed).toBe(3);
    expect(conditions(done)).toContain('Failed BackoffLimitExceeded');
    expect(cluster.errors).toEqual([]);
  });

  it('stops at its deadline', () => {
    const cluster = appsCluster(() => 'running');
    cluster.client.create(Jobs, job({ activeDeadlineSeconds: 30 }));
    cluster.advance('29s');
    expect(podsOf(cluster)).toHaveLength(1);
    cluster.advance('5s');
    expect(conditions(cluster.client.get(Jobs, 'default', 'work'))).toContain('Failed DeadlineExceeded');
    expect(podsOf(cluster)).toHaveLength(0);
  });

  it('runs every index of an indexed Job once', () => {
    const cluster = appsCluster(() => 'succeeded');
    cluster.client.create(Jobs, job({ completionMode: 'Indexed', completions: 5, parallelism: 2 }));
    cluster.advance('1m');
    expect(cluster.client.get(Jobs, 'default', 'work').status).toMatchObject({
      succeeded: 5,
      completedIndexes: '0-4',
    });
  });

  it('is removed when its time to live has passed', () => {
    const cluster = appsCluster(() => 'succeeded');
    cluster.client.create(Jobs, job({ ttlSecondsAfterFinished: 30 }));
    cluster.advance('20s');
    expect(cluster.client.lister(Jobs).get('default', 'work')).toBeDefined();
    cluster.advance('30s');
    expect(cluster.client.lister(Jobs).get('default', 'work')).toBeUndefined();
    expect(podsOf(cluster)).toEqual([]);
  });
});

describe('CronJob', () => {
  it('starts a Job every time it is due and keeps the last three', () => {
    const cluster = appsCluster(() => 'succeeded');
    cluster.client.create(CronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'tick', namespace: 'default' },
      spec: {
        schedule: '*/5 * * * *',
        jobTemplate: {
          spec: {
            completions: 1,
            parallelism: 1,
            template: template('tick', 'busybox', { restartPolicy: 'Never' }),
          },
        },
      },
    });
    cluster.advance('31m');
    const started = cluster.client
      .lister(Events)
      .list('default')
      .filter(
        ({ reason, involvedObject }) => reason === 'SuccessfulCreate' && involvedObject.kind === 'CronJob',
      );
    expect(started).toHaveLength(6);
    expect(cluster.client.lister(Jobs).list('default')).toHaveLength(3);
    expect(cluster.client.get(CronJobs, 'default', 'tick').status?.lastScheduleTime).toBe(
      '2030-01-01T00:30:00Z',
    );
    expect(cluster.errors).toEqual([]);
  });
});

describe('Service', () => {
  it('has slices and endpoints with its ready pods', () => {
    const cluster = appsCluster();
    cluster.client.create(Services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    const pod = template('web');
    cluster.client.create(Deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          ...pod,
          spec: {
            containers: [{ name: 'main', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }],
          },
        },
      },
    });
    cluster.advance('10s');
    const own = () =>
      cluster.client
        .lister(EndpointSlices)
        .list('default')
        .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web');
    const slices = own();
    expect(slices).toHaveLength(1);
    expect(slices[0]?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(slices[0]?.endpoints?.map(({ conditions }) => conditions?.ready)).toEqual([true, true]);
    expect(cluster.client.get(Endpoints, 'default', 'web').subsets?.[0]?.addresses).toHaveLength(2);
    cluster.client.delete(Services, 'default', 'web');
    cluster.advance('10s');
    expect(own()).toEqual([]);
    expect(cluster.client.lister(Endpoints).get('default', 'web')).toBeUndefined();
  });
});

describe('Garbage collection', () => {
  const deploy = (cluster: ReturnType<typeof appsCluster>): void => {
    cluster.client.create(Deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web') },
    });
    cluster.advance('10s');
  };

  it('removes dependents after their owner', () => {
    const cluster = appsCluster();
    deploy(cluster);
    cluster.client.delete(Deployments, 'default', 'web');
    cluster.advance('10s');
    expect(podsOf(cluster)).toEqual([]);
    expect(cluster.client.lister(ReplicaSets).list('default')).toEqual([]);
  });

  it('keeps the owner until its dependents are gone when asked for foreground deletion', () => {
    const cluster = appsCluster();
    deploy(cluster);
    cluster.client.delete(Deployments, 'default', 'web', { propagationPolicy: 'Foreground' });
    cluster.settle();
    expect(cluster.client.get(Deployments, 'default', 'web').metadata.finalizers).toContain(
      'foregroundDeletion',
    );
    cluster.advance('10s');
    expect(cluster.client.lister(Deployments).get('default', 'web')).toBeUndefined();
    expect(podsOf(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('leaves orphans alone', () => {
    const cluster = appsCluster();
    deploy(cluster);
    cluster.client.delete(Deployments, 'default', 'web', { propagationPolicy: 'Orphan' });
    cluster.advance('10s');
    expect(cluster.client.lister(ReplicaSets).list('default')[0]?.metadata.ownerReferences).toBeUndefined();
    expect(podsOf(cluster)).toHaveLength(2);
  });
});

describe('Namespace', () => {
  it('gets its service account and CA bundle, and is emptied before it goes', () => {
    const cluster = appsCluster();
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    cluster.advance('1s');
    expect(cluster.client.lister(ServiceAccounts).get('shop', 'default')).toBeDefined();
    expect(cluster.client.get(ConfigMaps, 'shop', 'kube-root-ca.crt').data).toEqual({ 'ca.crt': 'test' });
    cluster.client.create(ConfigMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop' },
    });
    cluster.client.delete(Namespaces, undefined, 'shop');
    cluster.advance('10s');
    expect(cluster.client.lister(Namespaces).get(undefined, 'shop')).toBeUndefined();
    expect(cluster.client.lister(ConfigMaps).list('shop')).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });
});

describe('PodDisruptionBudget', () => {
  it('allows as many disruptions as healthy pods go beyond the minimum', () => {
    const cluster = appsCluster();
    cluster.client.create(PodDisruptionBudgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default' },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } },
    });
    cluster.client.create(Deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web') },
    });
    cluster.advance('10s');
    expect(cluster.client.get(PodDisruptionBudgets, 'default', 'web').status).toMatchObject({
      expectedPods: 3,
      desiredHealthy: 2,
      currentHealthy: 3,
      disruptionsAllowed: 1,
    });
  });
});

it('refuses to delete what is not there with the words of Kubernetes', () => {
  const cluster = appsCluster();
  try {
    cluster.client.delete(Deployments, 'default', 'nope');
    expect.unreachable();
  } catch (error) {
    expect(isApiError(error, 'NotFound') && error.message).toBe('deployments.apps "nope" not found');
  }
});
