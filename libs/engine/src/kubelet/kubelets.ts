import { isApiError } from '../api/api-error.js';
import {
  ConfigMaps,
  Leases,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  Secrets,
  Services,
} from '../clients/resource-type.js';
import type { Timer } from '../clock.js';
import type { Controller, ControllerContext } from '../controllers/controller.js';
import type { ClusterNetwork } from '../network/cluster-network.js';
import type { ContainerRuntime } from '../runtime/container-runtime.js';
import { ANNOTATION_PREFIX } from '../runtime/fault-annotations.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import { directory, type DirectoryNode } from '../runtime/files/file-node.js';
import type { RunningPods } from '../runtime/running-pods.js';
import { formatMicroTime } from '../time.js';
import type { Lease, Node, Pod } from '../types/index.js';
import { NodeAgent } from './node-agent.js';
import { NodePlaces } from './node-places.js';
import { hasUnofferedResources, nodeObject, nodeStatus } from './node-object.js';
import type { NodeSpec } from './node-spec.js';
import { PodWorker } from './pod-worker.js';
import type { Surroundings } from './surroundings.js';

/** How long a lease is good for, and how often it is renewed (kubelet defaults). */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
/** A status without news is reported this often (kubelet nodeStatusReportFrequency). */
const REPORT_MS = 300_000;
const LEASE_NAMESPACE = 'kube-node-lease';
/** Renewals are spread over this many turns, so that a thousand nodes don't write in one instant. */
const TURNS = 10;
const NAME = 'kubelet';

export interface KubeletOptions {
  readonly nodes: readonly NodeSpec[];
  readonly network: ClusterNetwork;
  readonly runtime: ContainerRuntime;
  readonly running: RunningPods;
  readonly reach: ClusterRuntime;
}

/**
 * The kubelets of all simulated nodes: registers the nodes, keeps their leases, and runs a worker per pod. One watch serves
 * them all; each change finds its worker by name.
 */
export class Kubelets implements Controller {
  readonly name = NAME;
  readonly #options: KubeletOptions;

  constructor(options: KubeletOptions) {
    this.#options = options;
  }

  start(context: ControllerContext): () => void {
    return new Run(context, this.#options).start();
  }
}

class Run {
  readonly #context: ControllerContext;
  readonly #options: KubeletOptions;
  readonly #agents = new Map<string, NodeAgent>();
  readonly #surroundings: Surroundings;
  readonly #timers: Timer[] = [];
  #turn = 0;

  constructor(context: ControllerContext, options: KubeletOptions) {
    this.#context = context;
    this.#options = options;
    const { client, clock, events } = context;
    this.#surroundings = {
      clock,
      client,
      events,
      pods: client.lister(Pods),
      runtime: options.runtime,
      running: options.running,
      reach: options.reach,
      domain: options.network.domain,
      persistent: (name) => this.#persistent(name),
      sources: {
        services: client.lister(Services),
        configMaps: client.lister(ConfigMaps),
        secrets: client.lister(Secrets),
        claims: client.lister(PersistentVolumeClaims),
      },
      onError: (key, error) => context.onError(NAME, key, error),
    };
  }

  start(): () => void {
    const { client } = this.#context;
    const nodes = client.lister(Nodes);
    const { network, nodes: specs, runtime } = this.#options;
    const places = new NodePlaces(network, specs.length, nodes.list(), runtime.version);
    for (const spec of specs) {
      const place = places.of(spec.name, nodes.get(undefined, spec.name));
      const agent = new NodeAgent(spec, place, nodes);
      this.#agents.set(spec.name, agent);
      agent.down = isDown(nodes.get(undefined, spec.name));
      if (!agent.down) this.#register(agent);
    }
    const stops = [
      nodes.watch((type, node) => this.#onNode(type, node)),
      this.#surroundings.pods.watch((type, pod) => this.#onPod(type, pod)),
      // What a volume held goes with it, unless it is to be kept for whoever makes it again.
      client.lister(PersistentVolumes).watch((type, { metadata, spec }) => {
        if (type === 'DELETED' && spec?.persistentVolumeReclaimPolicy === 'Delete')
          this.#volumes.delete(metadata.name ?? '');
      }),
    ];
    for (const pod of this.#surroundings.pods.list()) this.#onPod('ADDED', pod);
    if (this.#agents.size > 0) this.#renewSoon();
    return () => {
      for (const stop of stops) stop();
      for (const timer of this.#timers) timer.cancel();
      for (const agent of this.#agents.values()) for (const worker of agent.workers.values()) worker.stop();
    };
  }

  /** What persistent volumes hold, by name, for as long as the engine runs. */
  readonly #volumes = new Map<string, DirectoryNode>();

  #persistent(name: string): DirectoryNode {
    let root = this.#volumes.get(name);
    if (!root) {
      root = directory(0o777, undefined, this.#context.clock.now());
      this.#volumes.set(name, root);
    }
    return root;
  }

  #register(agent: NodeAgent): void {
    const { client, events, onError } = this.#context;
    try {
      const existing = agent.node;
      const wasReady = isReady(existing);
      if (!existing) {
        const node = client.create(Nodes, nodeObject(agent.spec, agent.place));
        events.event(node, 'Normal', 'Starting', 'Starting kubelet.');
      }
      this.#report(agent);
      if (!wasReady && agent.node)
        events.event(agent.node, 'Normal', 'NodeReady', `Node ${agent.name} status is now: NodeReady`);
      this.#renew(agent);
    } catch (error) {
      onError(NAME, agent.name, error);
    }
  }

  #onNode(type: 'ADDED' | 'MODIFIED' | 'DELETED', node: Node): void {
    const agent = this.#agents.get(node.metadata.name ?? '');
    if (!agent) return;
    const down = type !== 'DELETED' && isDown(node);
    if (down === agent.down) return;
    agent.down = down;
    if (down) return;
    this.#context.clock.defer(() => {
      this.#register(agent);
      for (const worker of agent.workers.values()) worker.resync();
    });
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod): void {
    const agent = this.#agents.get(pod.spec?.nodeName ?? '');
    if (!agent) return;
    const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
    const worker = agent.workers.get(key);
    if (type === 'DELETED') {
      worker?.stop();
      agent.workers.delete(key);
      return;
    }
    if (worker && worker.pod.metadata.uid === pod.metadata.uid) {
      if (worker.pod !== pod) this.#context.clock.defer(() => this.#update(agent, key));
      return;
    }
    worker?.stop();
    agent.workers.delete(key);
    this.#context.clock.defer(() => this.#begin(agent, key));
  }

  /** Work never happens inside the watch: others hear of the change first. */
  #begin(agent: NodeAgent, key: string): void {
    const slash = key.indexOf('/');
    const pod = this.#surroundings.pods.get(key.slice(0, slash), key.slice(slash + 1));
    if (!pod || pod.spec?.nodeName !== agent.name || agent.workers.has(key)) return;
    const worker = new PodWorker(pod, agent, this.#surroundings);
    agent.workers.set(key, worker);
    worker.sync();
  }

  #update(agent: NodeAgent, key: string): void {
    const worker = agent.workers.get(key);
    const slash = key.indexOf('/');
    const pod = this.#surroundings.pods.get(key.slice(0, slash), key.slice(slash + 1));
    if (worker && pod && pod.metadata.uid === worker.pod.metadata.uid) worker.update(pod);
  }

  #renewSoon(): void {
    const turns = Math.min(TURNS, this.#agents.size);
    const timer = this.#context.clock.after(RENEW_MS / turns, () => {
      this.#timers.length = 0;
      const turn = this.#turn++ % turns;
      let index = 0;
      for (const agent of this.#agents.values()) {
        if (index++ % turns !== turn || agent.down) continue;
        try {
          this.#renew(agent);
          this.#reportIfNeeded(agent);
        } catch (error) {
          this.#context.onError(NAME, agent.name, error);
        }
      }
      this.#renewSoon();
    });
    this.#timers.push(timer);
  }

  #renew(agent: NodeAgent): void {
    const { client, clock, onError } = this.#context;
    const { node } = agent;
    if (!node) return this.#register(agent);
    const renewTime = formatMicroTime(clock.now());
    const lease = client.lister(Leases).get(LEASE_NAMESPACE, agent.name);
    try {
      if (lease) client.update(Leases, { ...lease, spec: { ...lease.spec, renewTime } });
      else client.create(Leases, newLease(agent.name, node, renewTime));
    } catch (error) {
      // The namespace of leases comes with the control plane; until then there is nowhere to write.
      if (!isApiError(error, 'NotFound')) onError(NAME, agent.name, error);
    }
  }

  /** Reports what is new, a heartbeat now and then, and that the node is well when others have given it up. */
  #reportIfNeeded(agent: NodeAgent): void {
    const givenUp = !isReady(agent.node);
    const isDue = this.#context.clock.now() - agent.reportedMs >= REPORT_MS;
    if (givenUp || isDue || agent.hasNews || hasUnofferedResources(agent.node)) this.#report(agent);
    if (givenUp) for (const worker of agent.workers.values()) worker.resync();
  }

  /** Writes the node's status: conditions with a new heartbeat, and its images. */
  #report(agent: NodeAgent): void {
    const { node } = agent;
    if (!node) return;
    const { client, clock } = this.#context;
    agent.reportedMs = clock.now();
    const status = nodeStatus(agent.spec, agent.place, clock.now(), node);
    const images = agent.reportedImages();
    client.updateStatus(Nodes, { ...node, status: images ? { ...status, images } : status });
  }
}

function newLease(name: string, node: Node, renewTime: string): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: LEASE_NAMESPACE,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '' }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
  };
}

/** `lotse.dev/fail: node-down` on a node takes it away from the cluster as a power cut would. */
function isDown(node: Node | undefined): boolean {
  return node?.metadata.annotations?.[`${ANNOTATION_PREFIX}fail`] === 'node-down';
}

function isReady(node: Node | undefined): boolean {
  return node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}
