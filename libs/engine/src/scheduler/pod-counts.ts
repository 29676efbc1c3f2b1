import { matchesSelector } from '../selectors/label-selector.js';
import type { LabelSelector } from '../types/index.js';
import type { NodeInfo } from './node-info.js';
import type { PodInfo } from './pod-info.js';

/** Selectors counted at a time; the least recently used is dropped. Each costs one match per pod change in its namespace. */
const COUNTED_SELECTORS = 512;

interface Counter {
  readonly namespace: string;
  readonly selector: LabelSelector | undefined;
  readonly byNode: Map<NodeInfo, number>;
}

/** How many pods a selector matches on each node, kept current from change to change instead of counted per cycle. */
export class PodCounts {
  readonly #counters = new Map<string, Counter>();
  readonly #byNamespace = new Map<string, Set<Counter>>();
  readonly #nodes: () => Iterable<NodeInfo>;

  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  /** Pods per node that live in `namespace`, are not going away and match. Nodes without any are absent. */
  of(namespace: string, selector: LabelSelector | undefined): ReadonlyMap<NodeInfo, number> {
    const key = `${namespace}\0${JSON.stringify(selector)}`;
    let counter = this.#counters.get(key);
    if (counter) this.#counters.delete(key);
    else {
      counter = { namespace, selector, byNode: new Map() };
      for (const node of this.#nodes())
        for (const pod of node.pods.values()) if (counts(counter, pod)) change(counter, node, 1);
      const inNamespace = this.#byNamespace.get(namespace);
      if (inNamespace) inNamespace.add(counter);
      else this.#byNamespace.set(namespace, new Set([counter]));
    }
    this.#counters.set(key, counter);
    if (this.#counters.size > COUNTED_SELECTORS) this.#drop();
    return counter.byNode;
  }

  /** Tells of a pod that came to a node (+1) or left it (-1). */
  podChanged(pod: PodInfo, node: NodeInfo, sign: 1 | -1): void {
    for (const counter of this.#byNamespace.get(pod.namespace) ?? [])
      if (counts(counter, pod)) change(counter, node, sign);
  }

  /** Tells of a node that is gone, with all its pods. */
  nodeGone(node: NodeInfo): void {
    for (const counter of this.#counters.values()) counter.byNode.delete(node);
  }

  #drop(): void {
    const [oldest] = this.#counters;
    if (!oldest) return;
    this.#counters.delete(oldest[0]);
    this.#byNamespace.get(oldest[1].namespace)?.delete(oldest[1]);
  }
}

const counts = (counter: Counter, pod: PodInfo): boolean =>
  pod.namespace === counter.namespace &&
  !pod.terminating &&
  matchesSelector(counter.selector, pod.pod.metadata.labels);

function change(counter: Counter, node: NodeInfo, sign: 1 | -1): void {
  const count = (counter.byNode.get(node) ?? 0) + sign;
  if (count > 0) counter.byNode.set(node, count);
  else counter.byNode.delete(node);
}
