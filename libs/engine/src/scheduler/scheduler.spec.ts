import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import {
  Events,
  Nodes,
  PersistentVolumeClaims,
  Pods,
  PriorityClasses,
  StorageClasses,
} from '../clients/resource-type.js';
import type { NodeSpec } from '../kubelet/node-spec.js';
import type { Pod, PodSpec } from '../types/index.js';
import { explainPlacement } from './explain-placement.js';
import { enoughFeasibleNodes } from './schedule-pod.js';

const container = (requests?: Record<string, string>, more: object = {}) => ({
  name: 'main',
  image: 'nginx:1.29',
  ...(requests && { resources: { requests } }),
  ...more,
});

const pod = (name: string, spec: Partial<PodSpec> = {}, labels: Record<string, string> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [container()], ...spec },
});

type Cluster = ReturnType<typeof createCluster>;

const clusterOf = (nodes: number | NodeSpec[]): Cluster =>
  createCluster({
    nodes,
    controllers: [],
    onError: (_controller, key, error) => {
      throw new Error(`${key}: ${String(error)}`, { cause: error });
    },
  });

const nodeOf = (cluster: Cluster, name: string): string =>
  cluster.client.get(Pods, 'default', name).spec?.nodeName ?? '';

/** Why a pod waits, as its condition says. */
const why = (cluster: Cluster, name: string): string =>
  cluster.client.get(Pods, 'default', name).status?.conditions?.find(({ type }) => type === 'PodScheduled')
    ?.message ?? '';

/** Creates the pods one after another and tells where each went. */
function place(nodes: number | NodeSpec[], pods: readonly Pod[]): string[] {
  const cluster = clusterOf(nodes);
  return pods.map((one) => {
    cluster.client.create(Pods, one);
    cluster.settle();
    const name = one.metadata.name ?? '';
    return nodeOf(cluster, name) || why(cluster, name);
  });
}

const small = { cpu: '1', memory: '1Gi', pods: '5' };
const spread = (whenUnsatisfiable: string, maxSkew = 1) => ({
  topologySpreadConstraints: [
    {
      maxSkew,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable,
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
});
const near = (app: string, topologyKey = 'kubernetes.io/hostname') => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }],
});

const overHosts = {
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: {},
};
const named = (...names: string[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [
      { matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })) },
    ],
  },
});

describe('the scheduler decides', () => {
  const table: [string, number | NodeSpec[], Pod[], string[]][] = [
    [
      'by what is left: the emptier node wins',
      [{ name: 'a' }, { name: 'b', capacity: { cpu: '8' } }],
      [pod('p', { containers: [container({ cpu: '1', memory: '1Gi' })] })],
      ['b'],
    ],
    [
      'that a pod that asks for too much fits nowhere',
      [{ name: 'a', capacity: small }, { name: 'b' }],
      [pod('p', { containers: [container({ cpu: '6', memory: '2Gi' })] })],
      [
        '0/2 nodes are available: 1 Insufficient memory, 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      ],
    ],
    [
      'by node selector',
      [{ name: 'a' }, { name: 'b', labels: { disk: 'ssd' } }],
      [pod('p', { nodeSelector: { disk: 'ssd' } }), pod('q', { nodeSelector: { disk: 'hdd' } })],
      [
        'b',
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      ],
    ],
    [
      'by the names of nodes, of which the others are not looked at',
      [{ name: 'a', capacity: small }, { name: 'b' }, { name: 'c' }],
      [
        pod('p', { affinity: { nodeAffinity: named('c', 'c') } }),
        pod('q', {
          affinity: { nodeAffinity: named('a') },
          containers: [container({ cpu: '6', memory: '1Mi' })],
        }),
        pod('r', { affinity: { nodeAffinity: named('a', 'b') } }),
      ],
      [
        'c',
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
        '0/3 nodes are available: pod affinity terms conflict. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ],
    ],
    [
      'that a spread over all pods counts none of them',
      [{ name: 'a' }, { name: 'b', capacity: { cpu: '1' } }],
      ['1', '2', '3'].map((name) =>
        pod(name, {
          topologySpreadConstraints: [overHosts],
          containers: [container({ cpu: '100m' })],
        }),
      ),
      ['a', 'a', 'a'],
    ],
    [
      'by taints and tolerations',
      [
        { name: 'a', taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
        { name: 'b', capacity: { cpu: '1' } },
      ],
      [
        pod('p', {
          containers: [container({ cpu: '2' })],
          tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
        }),
        pod('q', { containers: [container({ cpu: '2' })] }),
      ],
      [
        'a',
        '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      ],
    ],
    [
      'that no two pods share a host port',
      [{ name: 'a' }],
      [
        pod('p', { containers: [container(undefined, { ports: [{ containerPort: 80, hostPort: 80 }] })] }),
        pod('q', { containers: [container(undefined, { ports: [{ containerPort: 80, hostPort: 80 }] })] }),
      ],
      [
        'a',
        "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
      ],
    ],
    [
      'that zones are filled evenly',
      [
        { name: 'a', zone: 'z1' },
        { name: 'b', zone: 'z2' },
        { name: 'c', zone: 'z2' },
      ],
      ['1', '2', '3', '4'].map((name) =>
        pod(
          name,
          { ...spread('DoNotSchedule'), nodeSelector: name === '4' ? { 'kubernetes.io/hostname': 'a' } : {} },
          { app: 'web' },
        ),
      ),
      [expect.any(String) as string, expect.any(String) as string, expect.any(String) as string, 'a'],
    ],
    [
      'that anti-affinity keeps pods apart',
      2,
      ['1', '2', '3'].map((name) => pod(name, { affinity: { podAntiAffinity: near('db') } }, { app: 'db' })),
      [
        expect.stringMatching(/^node-/) as string,
        expect.stringMatching(/^node-/) as string,
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
      ],
    ],
    [
      'that affinity needs someone to be near, or oneself',
      2,
      [
        pod('alone', { affinity: { podAffinity: near('db') } }, { app: 'web' }),
        pod('first', { affinity: { podAffinity: near('db') } }, { app: 'db' }),
      ],
      [
        "0/2 nodes are available: 2 node(s) didn't match pod affinity rules. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        expect.stringMatching(/^node-/) as string,
      ],
    ],
    ['that without nodes there is nowhere to go', [], [pod('p')], ['no nodes available to schedule pods']],
  ];
  it.each(table)('%s', (_what, nodes, pods, expected) => {
    expect(place(nodes, pods)).toEqual(expected);
  });

  it('keeps a newcomer away from pods that want nobody like it near', () => {
    const cluster = clusterOf(1);
    cluster.client.create(Pods, pod('shy', { affinity: { podAntiAffinity: near('loud') } }));
    cluster.client.create(Pods, pod('loud', {}, { app: 'loud' }));
    cluster.settle();
    expect(why(cluster, 'loud')).toContain("1 node(s) didn't satisfy existing pods anti-affinity rules.");
  });

  it('looks at enough nodes, not at all of them', () => {
    expect([5, 99, 100, 1000, 5000, 10_000].map(enoughFeasibleNodes)).toEqual([5, 99, 100, 420, 500, 500]);
  });
});

describe('the scheduler tries again', () => {
  it('when a pod that was in the way is gone', () => {
    const cluster = clusterOf([{ name: 'a', capacity: small }]);
    cluster.client.create(Pods, pod('p', { containers: [container({ cpu: '1' })] }));
    cluster.client.create(Pods, pod('q', { containers: [container({ cpu: '1' })] }));
    cluster.advance('20s');
    expect(nodeOf(cluster, 'q')).toBe('');
    cluster.client.delete(Pods, 'default', 'p');
    cluster.advance('5s');
    expect(nodeOf(cluster, 'q')).toBe('a');
  });

  it('when the node is uncordoned, and not for changes that do not help', () => {
    const cluster = clusterOf(1);
    const node = cluster.client.get(Nodes, undefined, 'node-1');
    cluster.client.update(Nodes, { ...node, spec: { ...node.spec, unschedulable: true } });
    cluster.client.create(Pods, pod('p'));
    cluster.advance('60s');
    expect(why(cluster, 'p')).toContain('1 node(s) were unschedulable.');
    const failures = [...cluster.client.lister(Events).list('default')].filter(
      ({ reason }) => reason === 'FailedScheduling',
    );
    expect(failures.map(({ count }) => count)).toEqual([1]);
    const cordoned = cluster.client.get(Nodes, undefined, 'node-1');
    cluster.client.update(Nodes, { ...cordoned, spec: { ...cordoned.spec, unschedulable: false } });
    cluster.advance('15s');
    expect(nodeOf(cluster, 'p')).toBe('node-1');
  });

  it('when the claim of a pod is there and bound', () => {
    const cluster = createCluster({ nodes: 1 });
    cluster.advance('1s');
    cluster.client.create(
      Pods,
      pod('p', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }),
    );
    cluster.settle();
    expect(why(cluster, 'p')).toBe(
      '0/1 nodes are available: persistentvolumeclaim "data" not found. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    );
    cluster.client.create(StorageClasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'lotse.dev/simulated',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    cluster.client.create(PersistentVolumeClaims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec: {
        storageClassName: 'fast',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
      },
    });
    cluster.advance('10s');
    expect(cluster.client.get(Pods, 'default', 'p').status?.phase).toBe('Running');
  });

  it('when the last scheduling gate is opened', () => {
    const cluster = clusterOf(1);
    const created = cluster.client.create(Pods, pod('p', { schedulingGates: [{ name: 'wait' }] }));
    cluster.advance('10s');
    expect(nodeOf(cluster, 'p')).toBe('');
    expect(why(cluster, 'p')).toBe('Scheduling is blocked due to non-empty scheduling gates');
    const { schedulingGates: _, ...spec } = created.spec ?? { containers: [] };
    const current = cluster.client.get(Pods, 'default', 'p');
    cluster.client.update(Pods, { ...current, spec: { ...current.spec, ...spec, schedulingGates: [] } });
    cluster.settle();
    expect(nodeOf(cluster, 'p')).toBe('node-1');
  });
});

describe('an explanation', () => {
  it("has every plugin's word on every node, and changes nothing", () => {
    const cluster = clusterOf([
      { name: 'full', capacity: { cpu: '50m' } },
      { name: 'tainted', taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
      { name: 'free' },
    ]);
    cluster.settle();
    const before = cluster.store.revision;
    const { nodes } = explainPlacement(
      cluster.client,
      pod('p', { containers: [container({ cpu: '1', memory: '1Gi' })] }),
    );
    expect(nodes).toEqual([
      {
        node: 'free',
        total: 152,
        scores: { NodeResourcesFit: 81, NodeResourcesBalancedAllocation: 71 },
      },
      { node: 'full', refusal: { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'] } },
      {
        node: 'tainted',
        refusal: { plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'] },
      },
    ]);
    expect(cluster.store.revision).toBe(before);
  });
});

describe('preemption', () => {
  const full = (name: string, priority: number, cpu = '1') =>
    pod(name, { priorityClassName: `class-${priority}`, containers: [container({ cpu })] });

  const withClasses = (nodes: NodeSpec[], preemptionPolicy: Record<number, string> = {}): Cluster => {
    const cluster = clusterOf(nodes);
    for (const value of [1, 5, 10]) {
      cluster.client.create(PriorityClasses, {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: `class-${value}` },
        value,
        preemptionPolicy: preemptionPolicy[value] ?? 'PreemptLowerPriority',
      });
    }
    return cluster;
  };

  it('ends the pod of lowest priority and gives its place to the one in need', () => {
    const cluster = withClasses([{ name: 'a', capacity: { cpu: '2' } }]);
    for (const one of [full('low', 1), full('middle', 5)]) cluster.client.create(Pods, one);
    cluster.advance('5s');
    cluster.client.create(Pods, full('high', 10));
    cluster.settle();
    expect(cluster.client.get(Pods, 'default', 'high').status?.nominatedNodeName).toBe('a');
    const victim = cluster.client.get(Pods, 'default', 'low');
    expect(victim.metadata.deletionTimestamp).toBeDefined();
    expect(victim.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    cluster.advance('60s');
    expect(nodeOf(cluster, 'high')).toBe('a');
    expect(cluster.client.lister(Pods).get('default', 'low')).toBeUndefined();
    expect(nodeOf(cluster, 'middle')).toBe('a');
  });

  it('never happens for a pod that says so', () => {
    const cluster = withClasses([{ name: 'a', capacity: { cpu: '1' } }], { 10: 'Never' });
    cluster.client.create(Pods, full('low', 1));
    cluster.settle();
    cluster.client.create(Pods, full('polite', 10));
    cluster.settle();
    expect(why(cluster, 'polite')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    );
  });
});

describe('a claim for one pod', () => {
  const claim = (cluster: Cluster): void => {
    cluster.client.create(StorageClasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'lazy' },
      provisioner: 'example.org/disk',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    cluster.client.create(PersistentVolumeClaims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'disk', namespace: 'default' },
      spec: {
        storageClassName: 'lazy',
        accessModes: ['ReadWriteOncePod'],
        resources: { requests: { storage: '1Gi' } },
      },
    });
  };
  const user = (name: string, more: Partial<PodSpec> = {}): Pod =>
    pod(name, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'disk' } }], ...more });

  it('is used by a second one on no node until the first is gone', () => {
    const cluster = clusterOf(2);
    claim(cluster);
    cluster.client.create(Pods, user('first'));
    cluster.settle();
    cluster.client.create(Pods, user('second'));
    cluster.settle();
    expect(nodeOf(cluster, 'first')).not.toBe('');
    expect(why(cluster, 'second')).toContain(
      '0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    );
    cluster.client.delete(Pods, 'default', 'first', { gracePeriodSeconds: 0 });
    cluster.advance('5m');
    expect(nodeOf(cluster, 'second')).not.toBe('');
  });

  it('is taken from a pod of lower priority', () => {
    const cluster = clusterOf(2);
    claim(cluster);
    cluster.client.create(PriorityClasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value: 1000,
    });
    cluster.client.create(Pods, user('low'));
    cluster.settle();
    cluster.client.create(Pods, user('high', { priorityClassName: 'high' }));
    cluster.advance('5m');
    expect(nodeOf(cluster, 'high')).not.toBe('');
    expect(cluster.client.lister(Pods).get('default', 'low')).toBeUndefined();
  });
});
