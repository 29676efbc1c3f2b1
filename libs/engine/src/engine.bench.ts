import { createCluster, type Cluster } from './cluster.js';
import { Nodes, Pods } from './clients/resource-type.js';
import { nodeObject, nodeStatus } from './kubelet/node-object.js';
import { nodeSpecs } from './kubelet/node-spec.js';
import { Scheduler } from './scheduler/scheduler.js';
import type { Pod } from './types/index.js';

/** What a run of the pod benchmark measured. */
export interface PodBenchmark {
  readonly nodes: number;
  readonly pods: number;
  /** Pods created, scheduled, started and ready, per second of real time. */
  readonly podsPerSecond: number;
  /** The same per second of processor time: what a machine of its own would give. */
  readonly podsPerCpuSecond: number;
  readonly createMs: number;
  readonly runMs: number;
  /** Heap the pods take, with their events and everything the engine keeps for them. */
  readonly bytesPerPod: number;
  /** The whole heap of the process at the end. */
  readonly heapBytes: number;
  readonly events: number;
  readonly writes: number;
}

const pod = (index: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `pod-${index}`, namespace: 'default', labels: { app: `app-${index % 100}` } },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'nginx:1.29',
        ports: [{ containerPort: 80 }],
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
      },
    ],
  },
});

/**
 * Creates `pods` bare pods on `nodes` nodes in virtual time and waits until all run. `look` may measure more on the cluster
 * when that is done.
 */
export function benchmarkPods(
  nodes = 1000,
  pods = 10_000,
  look: (cluster: Cluster) => void = () => undefined,
): PodBenchmark {
  const collect = (globalThis as { gc?: () => void }).gc;
  const cluster = createCluster({ nodes, seed: 'bench' });
  cluster.advance('30s');
  collect?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const revisionBefore = cluster.store.revision;
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  for (let index = 0; index < pods; index++) cluster.client.create(Pods, pod(index));
  const createdMs = performance.now();
  cluster.settle();
  cluster.advance('5s');
  const endMs = performance.now();
  const cpu = process.cpuUsage(startCpu);
  const running = cluster.client
    .lister(Pods)
    .list()
    .filter(({ status }) => status?.phase === 'Running').length;
  if (running !== pods) throw new Error(`only ${running} of ${pods} pods run`);
  collect?.();
  const heapBytes = process.memoryUsage().heapUsed;
  const result = {
    nodes,
    pods,
    podsPerSecond: Math.round(pods / ((endMs - startMs) / 1000)),
    podsPerCpuSecond: Math.round(pods / ((cpu.user + cpu.system) / 1e6)),
    createMs: Math.round(createdMs - startMs),
    runMs: Math.round(endMs - createdMs),
    bytesPerPod: Math.round((heapBytes - heapBefore) / pods),
    heapBytes,
    events: cluster.store.table('/events').objects.size,
    writes: cluster.store.revision - revisionBefore,
  };
  look(cluster);
  cluster.stop();
  return result;
}

/** Pods placed per second on `nodes` nodes: scheduling and binding alone, with no kubelets to start them. */
export function benchmarkScheduling(nodes = 5000, pods = 10_000): number {
  const cluster = createCluster({ controllers: [new Scheduler()], seed: 'bench' });
  for (const [index, spec] of nodeSpecs(nodes).entries()) {
    const address = `172.18.${index >> 8}.${index & 255}`;
    const place = { podCidr: `10.${index >> 8}.${index & 255}.0/24`, address, runtimeVersion: 'bench' };
    const node = cluster.client.create(Nodes, nodeObject(spec, place));
    cluster.client.updateStatus(Nodes, { ...node, status: nodeStatus(spec, place, cluster.clock.now()) });
  }
  for (let index = 0; index < pods; index++) cluster.client.create(Pods, pod(index));
  const startMs = performance.now();
  cluster.settle();
  const tookMs = performance.now() - startMs;
  const placed = cluster.client
    .lister(Pods)
    .list()
    .filter(({ spec }) => spec?.nodeName).length;
  cluster.stop();
  if (placed !== pods) throw new Error(`only ${placed} of ${pods} pods were placed`);
  return pods / (tookMs / 1000);
}
