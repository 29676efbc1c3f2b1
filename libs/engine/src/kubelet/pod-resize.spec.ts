import { describe, expect, it } from 'vitest';
import { Events, Pods } from '../clients/resource-type.js';
import { createCluster, type Cluster } from '../cluster.js';
import { textFromBytes } from '../runtime/files/file-node.js';
import type { Container, ResourceRequirements } from '../types/index.js';

const resources = (cpu: string, memory = '64Mi'): ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
});

const container = (cpu: string, memory?: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'busybox:1.37',
  command: ['sh', '-c', 'sleep 1d'],
  resources: resources(cpu, memory),
  ...more,
});

function clusterWith(pods: Readonly<Record<string, Container>>): Cluster {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  for (const [name, only] of Object.entries(pods))
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { containers: [only], terminationGracePeriodSeconds: 1 },
    });
  cluster.advance('10s');
  return cluster;
}

const resize = ({ client }: Cluster, name: string, wanted: ResourceRequirements) =>
  client.patch(
    Pods,
    'default',
    name,
    'strategic',
    { spec: { containers: [{ name: 'main', resources: wanted }] } },
    { subresource: 'resize' },
  );

/** What status tells of a resize, on one line. */
function show({ client }: Cluster, name: string): string {
  const { status } = client.get(Pods, 'default', name);
  const [main] = status?.containerStatuses ?? [];
  const conditions = (status?.conditions ?? [])
    .filter(({ type }) => type.startsWith('PodResize'))
    .map(({ type, reason, message }) => [type, reason, message].filter(Boolean).join(' '));
  return [
    `agreed ${main?.allocatedResources?.['cpu']}`,
    `in force ${main?.resources?.requests?.['cpu']}`,
    `restarts ${main?.restartCount}`,
    `seen ${status?.observedGeneration}`,
    ...conditions,
  ].join(', ');
}

const read = (cluster: Cluster, path: string): string => {
  const life = cluster.running.get('default', 'web')?.containers.get('main')?.current;
  return textFromBytes(life?.files().read(path) ?? '').trim();
};

describe('a resize of a running pod', () => {
  it('is agreed to, then in force, without a restart', () => {
    const cluster = clusterWith({ web: container('100m') });
    expect(read(cluster, '/sys/fs/cgroup/cpu.max')).toBe('10000 100000');
    resize(cluster, 'web', resources('200m', '128Mi'));
    cluster.settle();
    expect(show(cluster, 'web')).toBe('agreed 200m, in force 100m, restarts 0, seen 2, PodResizeInProgress');
    cluster.advance('1s');
    expect(show(cluster, 'web')).toBe('agreed 200m, in force 200m, restarts 0, seen 2');
    expect(read(cluster, '/sys/fs/cgroup/cpu.max')).toBe('20000 100000');
    expect(read(cluster, '/sys/fs/cgroup/memory.max')).toBe(String(128 * 1024 * 1024));
    const told = [...cluster.client.lister(Events).list('default')].map(
      ({ reason, message }) => `${reason}: ${message}`,
    );
    expect(told).toContain(
      'ResizeCompleted: Pod resize completed: {"containers":[{"name":"main","resources":{"limits":{"cpu":"200m","memory":"128Mi"},"requests":{"cpu":"200m","memory":"128Mi"}}}],"generation":2}',
    );
  });

  it('starts a container again whose policy asks for that, whatever the pod’s restart policy', () => {
    const cluster = clusterWith({
      web: container('100m', '64Mi', {
        resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
      }),
    });
    resize(cluster, 'web', resources('200m'));
    cluster.advance('2s');
    expect(show(cluster, 'web')).toBe('agreed 200m, in force 200m, restarts 0, seen 2');
    resize(cluster, 'web', resources('200m', '128Mi'));
    cluster.advance('10s');
    expect(show(cluster, 'web')).toBe('agreed 200m, in force 200m, restarts 1, seen 3');
    expect(read(cluster, '/sys/fs/cgroup/memory.max')).toBe(String(128 * 1024 * 1024));
    resize(cluster, 'web', resources('0.2', '131072Ki'));
    cluster.advance('10s');
    expect(show(cluster, 'web')).toMatch('restarts 1, seen 3');
  });

  it('waits for room on the node and goes on when there is some', () => {
    const cluster = clusterWith({ web: container('1'), neighbour: container('2') });
    resize(cluster, 'web', resources('3'));
    cluster.advance('2s');
    expect(show(cluster, 'web')).toBe(
      "agreed 1, in force 1, restarts 0, seen 2, PodResizePending Deferred Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
    );
    resize(cluster, 'neighbour', resources('500m'));
    cluster.advance('2s');
    expect(show(cluster, 'web')).toBe('agreed 3, in force 3, restarts 0, seen 2');
  });

  it('is refused when the node is too small, when it takes something away, and when it changes anything else', () => {
    const cluster = clusterWith({ web: container('100m') });
    expect(() => resize(cluster, 'web', resources('64'))).toThrow(
      "node didn't have enough allocatable resources: cpu, requested: 64000, allocatable: 4000",
    );
    expect(() => resize(cluster, 'web', { requests: { cpu: '50m' } })).toThrow(
      'Pod QOS Class may not change as a result of resizing',
    );
    expect(() => resize(cluster, 'web', { limits: { 'example.com/gpu': '1' } })).toThrow(
      'only cpu and memory resources are mutable',
    );
    const { client } = cluster;
    const pod = client.get(Pods, 'default', 'web');
    const without = { ...container('100m'), resources: { limits: { cpu: '100m' } } };
    expect(() =>
      client.update(
        Pods,
        { ...pod, spec: { ...pod.spec, containers: [without] } },
        { subresource: 'resize' },
      ),
    ).toThrow('resource limits cannot be removed');
  });
});

describe('a new image of a running pod', () => {
  it('starts its container again, at once and without a restart policy', () => {
    const cluster = createCluster({ nodes: 1, controllers: [] });
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default' },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'nginx:1.28' }] },
    });
    cluster.advance('10s');
    const to = (image: string) =>
      cluster.client.patch(Pods, 'default', 'web', 'strategic', {
        spec: { containers: [{ name: 'main', image }] },
      });
    to('nginx:1.29');
    cluster.advance('10s');
    const [status] = cluster.client.get(Pods, 'default', 'web').status?.containerStatuses ?? [];
    expect(status).toMatchObject({ image: 'docker.io/library/nginx:1.29', restartCount: 1, ready: true });
  });

  it('is taken beside a debugging container, which has the defaults of all containers', () => {
    const cluster = clusterWith({ web: container('100m') });
    const ephemeralContainers = [{ name: 'debugger', image: 'busybox:1.37', stdin: true }];
    const patch = (spec: object, subresource?: string) =>
      cluster.client.patch(
        Pods,
        'default',
        'web',
        'strategic',
        { spec },
        { ...(subresource && { subresource }) },
      );
    const debugged = patch({ ephemeralContainers }, 'ephemeralcontainers');
    expect(debugged.spec?.ephemeralContainers?.[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
    });
    patch({ containers: [{ name: 'main', image: 'busybox:1.36' }] });
    cluster.advance('10s');
    const [status] = cluster.client.get(Pods, 'default', 'web').status?.containerStatuses ?? [];
    expect(status).toMatchObject({ image: 'docker.io/library/busybox:1.36', restartCount: 1 });
  });

  it('ends the wait for one that can’t be pulled', () => {
    const cluster = clusterWith({ web: container('100m', '64Mi', { image: 'busybox:does-not-exist' }) });
    cluster.advance('5m');
    cluster.client.patch(Pods, 'default', 'web', 'strategic', {
      spec: { containers: [{ name: 'main', image: 'busybox:1.37' }] },
    });
    cluster.advance('5s');
    expect(cluster.client.get(Pods, 'default', 'web').status?.phase).toBe('Running');
  });
});
