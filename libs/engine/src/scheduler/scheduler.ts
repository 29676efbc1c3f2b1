import { isApiError } from '../api/api-error.js';
import type { Controller, ControllerContext } from '../controllers/controller.js';
import {
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
} from '../clients/resource-type.js';
import type { Node, Pod, PodCondition } from '../types/index.js';
import { formatTime } from '../time.js';
import { fitErrorText } from './fit-error.js';
import { defaultPlugins } from './plugins/index.js';
import type { SchedulerPlugin } from './plugin.js';
import { preempt } from './preemption.js';
import { schedulePod, type Decision } from './schedule-pod.js';
import { SchedulerCache } from './scheduler-cache.js';
import { SchedulingQueue, type QueuedPod } from './scheduling-queue.js';
import { podInfo, type PodInfo } from './pod-info.js';

/** The scheduler pods ask for when they name none. */
const DEFAULT_SCHEDULER = 'default-scheduler';

const GATED = 'Scheduling is blocked due to non-empty scheduling gates';

const isTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
const keyOf = (pod: Pod): string => `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;

/** Assigns pods to nodes, one after another, each decision on the state the one before left behind. */
export class Scheduler implements Controller {
  readonly name = DEFAULT_SCHEDULER;
  readonly #plugins: readonly SchedulerPlugin[];

  constructor(plugins: readonly SchedulerPlugin[] = defaultPlugins) {
    this.#plugins = plugins;
  }

  start(context: ControllerContext): () => void {
    return new Run(context, this.#plugins).start();
  }
}

class Run {
  readonly #context: ControllerContext;
  readonly #plugins: readonly SchedulerPlugin[];
  readonly #cache: SchedulerCache;
  readonly #queue: SchedulingQueue;
  /** Pods that made room on a node and wait for it to be free, by node. */
  readonly #nominated = new Map<string, Map<string, PodInfo>>();
  #nextStart = 0;
  #scheduled = false;
  #stopped = false;

  constructor(context: ControllerContext, plugins: readonly SchedulerPlugin[]) {
    this.#context = context;
    this.#plugins = plugins;
    this.#cache = new SchedulerCache(context.client);
    this.#queue = new SchedulingQueue(context.clock, plugins, () => this.#wake());
  }

  start(): () => void {
    const { client } = this.#context;
    const nodes = client.lister(Nodes);
    const pods = client.lister(Pods);
    pods.index('node', ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []));
    for (const node of nodes.list()) this.#cache.setNode(node);
    for (const pod of pods.list()) this.#onPod('ADDED', pod, undefined);
    const stops = [
      nodes.watch((type, node, previous) => this.#onNode(type, node, previous)),
      pods.watch((type, pod, previous) => this.#onPod(type, pod, previous)),
      client.lister(Namespaces).watch((type, namespace, previous) => {
        if (type === 'MODIFIED' && namespace.metadata.labels !== previous?.metadata.labels)
          this.#queue.onEvent({ type: 'OtherChanged', resource: 'namespaces' });
      }),
      client
        .lister(PersistentVolumeClaims)
        .watch(() => this.#queue.onEvent({ type: 'OtherChanged', resource: 'persistentvolumeclaims' })),
      client
        .lister(PersistentVolumes)
        .watch(() => this.#queue.onEvent({ type: 'OtherChanged', resource: 'persistentvolumes' })),
    ];
    return () => {
      this.#stopped = true;
      this.#queue.stop();
      for (const stop of stops) stop();
    };
  }

  #onNode(type: 'ADDED' | 'MODIFIED' | 'DELETED', node: Node, previous: Node | undefined): void {
    const name = node.metadata.name ?? '';
    if (type === 'DELETED') return this.#cache.removeNode(name);
    this.#cache.setNode(node);
    if (type === 'ADDED') {
      for (const pod of this.#context.client.lister(Pods).by('node', name))
        if (!isTerminal(pod)) this.#cache.setPod(pod);
      this.#queue.onEvent({ type: 'NodeAdded', node });
    } else if (previous) this.#queue.onEvent({ type: 'NodeChanged', node, previous });
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod, previous: Pod | undefined): void {
    const gone = type === 'DELETED' || isTerminal(pod);
    if (!pod.spec?.nodeName) {
      if (gone || pod.metadata.deletionTimestamp) this.#forget(keyOf(pod));
      else if ((pod.spec?.schedulerName ?? DEFAULT_SCHEDULER) === DEFAULT_SCHEDULER) {
        this.#queue.set(pod);
        const gated = (pod.spec?.schedulingGates?.length ?? 0) > 0;
        if (gated && !pod.status?.conditions?.some(({ type: condition }) => condition === 'PodScheduled'))
          this.#context.clock.defer(() => this.#writeRefusal(pod, 'SchedulingGated', GATED, undefined));
      }
      return;
    }
    if (gone) {
      this.#cache.removePod(pod);
      if (type === 'DELETED' || !previous || !isTerminal(previous))
        this.#queue.onEvent({ type: 'PodGone', pod });
      return;
    }
    if (previous && !previous.spec?.nodeName) this.#forget(keyOf(pod));
    this.#cache.setPod(pod);
    if (!previous?.spec?.nodeName) this.#queue.onEvent({ type: 'PodAssigned', pod });
    else if (
      pod.metadata.labels !== previous.metadata.labels ||
      pod.spec.containers !== previous.spec.containers ||
      pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp
    )
      this.#queue.onEvent({ type: 'PodChanged', pod, previous });
  }

  #forget(key: string): void {
    this.#queue.remove(key);
    this.#nominate(key, undefined);
  }

  #wake(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    this.#context.clock.defer(this.#drain);
  }

  readonly #drain = (): void => {
    this.#scheduled = false;
    while (!this.#stopped) {
      if (this.#context.clock.shouldYield()) return this.#wake();
      const queued = this.#queue.next();
      if (!queued) return;
      try {
        this.#place(queued);
      } catch (error) {
        this.#context.onError(DEFAULT_SCHEDULER, queued.info.key, error);
        this.#queue.refused(queued, new Set());
      }
    }
  };

  #place(queued: QueuedPod): void {
    const { info } = queued;
    const { metadata } = info.pod;
    const decision = schedulePod(info, this.#cache, {
      plugins: this.#plugins,
      random: this.#context.random,
      startIndex: this.#nextStart,
      ...(this.#nominated.size > 0 && { nominated: this.#guests }),
    });
    if (decision.outcome === 'rejected') return this.#refuse(queued, decision);
    this.#nextStart = (this.#nextStart + decision.evaluated) % this.#cache.nodes.length;
    try {
      this.#context.client.bind(metadata.namespace ?? '', metadata.name ?? '', decision.node.name);
    } catch (error) {
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return this.#forget(info.key);
      throw error;
    }
    this.#context.events.event(
      info.pod,
      'Normal',
      'Scheduled',
      `Successfully assigned ${info.key} to ${decision.node.name}`,
    );
  }

  readonly #guests = (node: { readonly name: string }): readonly PodInfo[] => [
    ...(this.#nominated.get(node.name)?.values() ?? []),
  ];

  #refuse(queued: QueuedPod, decision: Decision & { outcome: 'rejected' }): void {
    const { info } = queued;
    const { client, events, clock, random } = this.#context;
    const plugins = new Set<string>();
    if (decision.wholesale) plugins.add(decision.wholesale.plugin);
    for (const { plugin } of decision.byNode.values()) plugins.add(plugin);
    let message = 'no nodes available to schedule pods';
    let nominatedNodeName = info.pod.status?.nominatedNodeName;
    if (this.#cache.nodes.length > 0) {
      message = fitErrorText(this.#cache.nodes.length, decision.wholesale, decision.byNode.values());
      const result = preempt(info, this.#cache, decision, { client, events, clock, random });
      nominatedNodeName = result.node;
      // kube-scheduler's two plugins that make room: claims of devices, which nobody has here, and preemption.
      if (result.message) message += ` no new claims to deallocate, preemption: ${result.message}`;
    } else {
      // Any first node is a reason to try again.
      for (const { name } of this.#plugins) plugins.add(name);
    }
    this.#nominate(info.key, nominatedNodeName);
    events.event(info.pod, 'Warning', 'FailedScheduling', message);
    this.#queue.refused(queued, plugins);
    this.#writeRefusal(info.pod, 'Unschedulable', message, nominatedNodeName);
  }

  #nominate(key: string, nodeName: string | undefined): void {
    for (const [name, pods] of this.#nominated) {
      if (name === nodeName || !pods.delete(key)) continue;
      if (pods.size === 0) this.#nominated.delete(name);
    }
    if (!nodeName) return;
    const slash = key.indexOf('/');
    const pod = this.#context.client.lister(Pods).get(key.slice(0, slash), key.slice(slash + 1));
    if (!pod) return;
    const pods = this.#nominated.get(nodeName) ?? new Map<string, PodInfo>();
    pods.set(key, podInfo(pod, pods.get(key)));
    this.#nominated.set(nodeName, pods);
  }

  #writeRefusal(
    pod: Pod,
    reason: 'Unschedulable' | 'SchedulingGated',
    message: string,
    nominatedNodeName: string | undefined,
  ): void {
    const current = this.#context.client.lister(Pods).get(pod.metadata.namespace, pod.metadata.name ?? '');
    if (!current || current.spec?.nodeName) return;
    const conditions = current.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === 'PodScheduled');
    if (
      before?.status === 'False' &&
      before.reason === reason &&
      before.message === message &&
      current.status?.nominatedNodeName === nominatedNodeName
    )
      return;
    const condition: PodCondition = {
      type: 'PodScheduled',
      status: 'False',
      lastTransitionTime:
        before?.status === 'False' && before.lastTransitionTime
          ? before.lastTransitionTime
          : formatTime(this.#context.clock.now()),
      reason,
      message,
      ...(current.metadata.generation !== undefined && { observedGeneration: current.metadata.generation }),
    };
    const { nominatedNodeName: _, ...status } = current.status ?? {};
    this.#context.client.updateStatus(Pods, {
      ...current,
      status: {
        phase: 'Pending',
        ...status,
        ...(nominatedNodeName && { nominatedNodeName }),
        conditions: [...conditions.filter(({ type }) => type !== 'PodScheduled'), condition],
      },
    });
  }
}
