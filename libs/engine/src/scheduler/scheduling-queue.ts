import type { Clock, Timer } from '../clock.js';
import type { ClusterEvent, SchedulerPlugin } from './plugin.js';
import { podInfo, type PodInfo } from './pod-info.js';
import type { Pod } from '../types/index.js';

/** First and longest wait of a pod that could not be placed, and how long it waits for an event at most (kube-scheduler). */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;
/** How often pods that waited too long are looked for. */
const FLUSH_INTERVAL_MS = 30_000;

/** A pod on its way to a node. */
export interface QueuedPod {
  info: PodInfo;
  /** When it came into the queue first: among equal priorities the oldest goes first. */
  readonly sinceMs: number;
  readonly sequence: number;
  attempts: number;
  lastTriedMs: number;
  /** Names of the plugins that refused it last. */
  refusedBy: ReadonlySet<string>;
  place: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'taken';
}

/**
 * The pods that wait for a node: active ones by priority and age, those backing off, those that need the cluster to change
 * first (an event wakes them when a plugin that refused them says it may help), and gated ones.
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #plugins: ReadonlyMap<string, SchedulerPlugin>;
  readonly #onActive: () => void;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #unschedulable = new Set<QueuedPod>();
  readonly #backoff = new Map<QueuedPod, Timer>();
  readonly #active: QueuedPod[] = [];
  #sequence = 0;
  #flush: Timer | undefined;

  constructor(clock: Clock, plugins: readonly SchedulerPlugin[], onActive: () => void) {
    this.#clock = clock;
    this.#plugins = new Map(plugins.map((plugin) => [plugin.name, plugin]));
    this.#onActive = onActive;
  }

  /** Number of pods waiting, wherever. */
  get size(): number {
    return this.#pods.size;
  }

  /** Takes in a new pod, or a change of one that waits: a changed spec or label may make it fit. */
  set(pod: Pod): void {
    const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
    const known = this.#pods.get(key);
    const gated = (pod.spec?.schedulingGates?.length ?? 0) > 0;
    if (known && known.info.pod.metadata.uid === pod.metadata.uid) {
      const before = known.info.pod;
      known.info = podInfo(pod, known.info);
      const changed = before.spec !== pod.spec || before.metadata.labels !== pod.metadata.labels;
      if (known.place === 'gated' && !gated) this.#activate(known);
      else if (known.place === 'unschedulable' && changed) this.#wake(known);
      return;
    }
    if (known) this.remove(key);
    const queued: QueuedPod = {
      info: podInfo(pod),
      sinceMs: this.#clock.now(),
      sequence: this.#sequence++,
      attempts: 0,
      lastTriedMs: 0,
      refusedBy: new Set(),
      place: 'gated',
    };
    this.#pods.set(key, queued);
    if (!gated) this.#activate(queued);
  }

  remove(key: string): void {
    const queued = this.#pods.get(key);
    if (!queued) return;
    this.#pods.delete(key);
    this.#unschedulable.delete(queued);
    this.#backoff.get(queued)?.cancel();
    this.#backoff.delete(queued);
    queued.place = 'taken';
  }

  /** Takes the next pod to place; it stays known until `remove` or `refused`. */
  next(): QueuedPod | undefined {
    for (let queued = this.#pop(); queued; queued = this.#pop()) {
      if (queued.place !== 'active') continue;
      queued.place = 'taken';
      queued.attempts++;
      queued.lastTriedMs = this.#clock.now();
      return queued;
    }
    return undefined;
  }

  /** Puts back a pod that could not be placed; without plugins (an error) it is tried again after its back-off. */
  refused(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    if (this.#pods.get(queued.info.key) !== queued) return;
    queued.refusedBy = plugins;
    if (plugins.size === 0) return this.#wake(queued);
    queued.place = 'unschedulable';
    this.#unschedulable.add(queued);
    this.#flush ??= this.#clock.after(FLUSH_INTERVAL_MS, this.#flushLongWaiting);
  }

  /** Wakes the pods that `event` may help. */
  onEvent(event: ClusterEvent): void {
    if (this.#unschedulable.size === 0) return;
    for (const queued of this.#unschedulable) {
      for (const name of queued.refusedBy) {
        if (!this.#plugins.get(name)?.wakes(event, queued.info)) continue;
        this.#wake(queued);
        break;
      }
    }
  }

  /** Lets a pod try again as soon as its back-off allows. */
  wakeByKey(key: string): void {
    const queued = this.#pods.get(key);
    if (queued?.place === 'unschedulable') this.#wake(queued);
  }

  stop(): void {
    this.#flush?.cancel();
    for (const timer of this.#backoff.values()) timer.cancel();
    this.#backoff.clear();
    this.#active.length = 0;
  }

  #wake(queued: QueuedPod): void {
    this.#unschedulable.delete(queued);
    const backoffMs = Math.min(
      LONGEST_BACKOFF_MS,
      FIRST_BACKOFF_MS * 2 ** Math.min(10, Math.max(0, queued.attempts - 1)),
    );
    const waitMs = queued.attempts === 0 ? 0 : queued.lastTriedMs + backoffMs - this.#clock.now();
    if (waitMs <= 0) return this.#activate(queued);
    queued.place = 'backoff';
    this.#backoff.set(
      queued,
      this.#clock.after(waitMs, () => {
        this.#backoff.delete(queued);
        this.#activate(queued);
      }),
    );
  }

  #activate(queued: QueuedPod): void {
    queued.place = 'active';
    this.#push(queued);
    this.#onActive();
  }

  readonly #flushLongWaiting = (): void => {
    this.#flush = undefined;
    const nowMs = this.#clock.now();
    for (const queued of this.#unschedulable)
      if (nowMs - queued.lastTriedMs >= LONGEST_WAIT_MS) this.#wake(queued);
    if (this.#unschedulable.size > 0)
      this.#flush = this.#clock.after(FLUSH_INTERVAL_MS, this.#flushLongWaiting);
  };

  #push(queued: QueuedPod): void {
    const heap = this.#active;
    let index = heap.push(queued) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || !goesFirst(queued, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = queued;
  }

  #pop(): QueuedPod | undefined {
    const heap = this.#active;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (!left) break;
      const right = heap[child + 1];
      const smaller = right && goesFirst(right, left) ? right : left;
      if (smaller !== left) child++;
      if (!goesFirst(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function goesFirst(a: QueuedPod, b: QueuedPod): boolean {
  if (a.info.priority !== b.info.priority) return a.info.priority > b.info.priority;
  return a.sinceMs < b.sinceMs || (a.sinceMs === b.sinceMs && a.sequence < b.sequence);
}
