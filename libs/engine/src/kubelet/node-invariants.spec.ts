import { expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import { Deployments, Nodes, Pods } from '../clients/resource-type.js';
import { milliValue } from '../quantity.js';
import { SeededRandom } from '../random.js';
import type { Deployment, Pod } from '../types/index.js';
import { VirtualClock } from '../virtual-clock.js';

/** How many histories are tried; each has its own order of mishaps. */
const SEEDS = 25;
const STEPS = 25;

const deployment = (name: string, replicas: number, faults: Record<string, string> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: faults },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          {
            name: 'main',
            image: 'nginx:1.29',
            resources: { requests: { cpu: '500m' } },
            readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 2 },
          },
        ],
      },
    },
  },
});

const isLive = (pod: Pod): boolean => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

/** What must hold at every moment, whatever happens. */
function check(cluster: Cluster): void {
  const addresses = new Map<string, string>();
  const used = new Map<string, number>();
  for (const pod of cluster.client.lister(Pods).list()) {
    const { nodeName, containers } = pod.spec ?? {};
    if (!nodeName || !isLive(pod)) continue;
    const ip = pod.status?.podIP;
    if (ip !== undefined) {
      expect(addresses.get(ip), `${ip} belongs to one pod`).toBeUndefined();
      addresses.set(ip, pod.metadata.name ?? '');
    }
    const requested = milliValue(containers?.[0]?.resources?.requests?.['cpu']);
    used.set(nodeName, (used.get(nodeName) ?? 0) + requested);
    if (pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True')
      expect(pod.status.phase).toBe('Running');
  }
  for (const node of cluster.client.lister(Nodes).list()) {
    expect(used.get(node.metadata.name ?? '') ?? 0).toBeLessThanOrEqual(
      milliValue(node.status?.allocatable?.['cpu']),
    );
  }
}

function annotateNode(cluster: Cluster, name: string, fail: string | undefined): void {
  const node = cluster.client.get(Nodes, undefined, name);
  const { 'lotse.dev/fail': _, ...annotations } = node.metadata.annotations ?? {};
  cluster.client.update(Nodes, {
    ...node,
    metadata: { ...node.metadata, annotations: { ...annotations, ...(fail && { 'lotse.dev/fail': fail }) } },
  });
}

/** One mishap or change, chosen by chance. Answers the cluster to go on with: a restart makes a new one. */
function mishap(cluster: Cluster, chance: SeededRandom): Cluster {
  const among = <T>(list: readonly T[]): T | undefined => list[Math.floor(chance.next() * list.length)];
  const pods = [...cluster.client.lister(Pods).list()];
  switch (Math.floor(chance.next() * 6)) {
    case 0: {
      const pod = among(pods);
      if (pod) cluster.client.delete(Pods, 'default', pod.metadata.name ?? '');
      return cluster;
    }
    case 1: {
      const pod = among(pods);
      const grace = { gracePeriodSeconds: 0 };
      if (pod) cluster.client.delete(Pods, 'default', pod.metadata.name ?? '', grace);
      return cluster;
    }
    case 2: {
      const current = cluster.client.get(Deployments, 'default', 'web');
      cluster.client.update(Deployments, {
        ...current,
        spec: {
          ...(current.spec as NonNullable<Deployment['spec']>),
          replicas: Math.floor(chance.next() * 12),
        },
      });
      return cluster;
    }
    case 3:
      annotateNode(cluster, `node-${1 + Math.floor(chance.next() * 3)}`, 'node-down');
      return cluster;
    case 4:
      annotateNode(cluster, `node-${1 + Math.floor(chance.next() * 3)}`, undefined);
      return cluster;
    default: {
      cluster.stop();
      const clock = new VirtualClock(cluster.clock.now() + Math.floor(chance.next() * 30_000));
      return createCluster({ nodes: 3, clock, snapshot: cluster.store.snapshot(), seed: chance.next() });
    }
  }
}

it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
  'keeps order through any history of mishaps (seed %i)',
  (seed) => {
    const chance = new SeededRandom(seed);
    let cluster = createCluster({ nodes: 3, seed });
    cluster.client.create(Deployments, deployment('web', 6));
    cluster.client.create(Deployments, deployment('bad', 2, { 'lotse.dev/fail': 'crash' }));
    for (let step = 0; step < STEPS; step++) {
      cluster = mishap(cluster, chance);
      for (let second = 0; second < 10; second++) {
        cluster.advance(Math.floor(chance.next() * 4000));
        check(cluster);
      }
    }
    for (const name of ['node-1', 'node-2', 'node-3']) annotateNode(cluster, name, undefined);
    cluster.advance('15m');
    check(cluster);
    const { spec, status } = cluster.client.get(Deployments, 'default', 'web');
    expect(status?.readyReplicas ?? 0).toBe(spec?.replicas);
    for (const pod of cluster.client.lister(Pods).list())
      expect(pod.metadata.deletionTimestamp).toBeUndefined();
    cluster.stop();
  },
);

it('tells the same history for the same seed, with everything that runs', () => {
  const history = (): string => {
    const cluster = createCluster({ nodes: 5, seed: 'same' });
    cluster.client.create(Deployments, deployment('web', 12));
    cluster.client.create(Deployments, deployment('bad', 2, { 'lotse.dev/fail': 'crash' }));
    cluster.advance('5m');
    annotateNode(cluster, 'node-2', 'node-down');
    cluster.advance('10m');
    return JSON.stringify(cluster.store.eventsSince(0));
  };
  const first = history();
  expect(first.length).toBeGreaterThan(100_000);
  expect(history() === first).toBe(true);
});
