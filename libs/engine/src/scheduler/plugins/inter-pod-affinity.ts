import type { NodeInfo } from '../node-info.js';
import { MAX_NODE_SCORE, type ClusterView, type Rejection, type SchedulerPlugin } from '../plugin.js';
import type { AffinityTerm, PodInfo } from '../pod-info.js';

const NAME = 'InterPodAffinity';
/** What a required affinity of a pod already placed is worth to a pod it wants near (hardPodAffinityWeight). */
const HARD_AFFINITY_WEIGHT = 1;

const reject = (reason: string, unresolvable: boolean): Rejection => ({
  plugin: NAME,
  reasons: [reason],
  unresolvable,
});
const AFFINITY = reject("node(s) didn't match pod affinity rules", true);
const ANTI_AFFINITY = reject("node(s) didn't match pod anti-affinity rules", false);
const EXISTING_ANTI_AFFINITY = reject("node(s) didn't satisfy existing pods anti-affinity rules", false);

/** Counts by `topology key = value`. */
class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(key: string, node: NodeInfo, amount: number): void {
    const value = node.label(key);
    if (value === undefined || amount === 0) return;
    let values = this.#counts.get(key);
    if (!values) this.#counts.set(key, (values = new Map()));
    const count = (values.get(value) ?? 0) + amount;
    if (count === 0) values.delete(value);
    else values.set(value, count);
    if (values.size === 0) this.#counts.delete(key);
  }

  at(key: string, node: NodeInfo): number {
    const value = node.label(key);
    return value === undefined ? 0 : (this.#counts.get(key)?.get(value) ?? 0);
  }

  /** The sum over all topologies the node is in. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const [key, values] of this.#counts) {
      const value = node.label(key);
      if (value !== undefined) sum += values.get(value) ?? 0;
    }
    return sum;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }
}

const matchesAll = (terms: readonly AffinityTerm[], pod: PodInfo, view: ClusterView): boolean =>
  terms.length > 0 && terms.every((term) => term.matches(pod, view.namespaceLabels));

/** Places pods near pods they want and away from those they don't, in both directions. */
export const interPodAffinity: SchedulerPlugin = {
  name: NAME,
  weight: 2,
  filter: (pod, view) => {
    const { requiredAffinity, requiredAntiAffinity } = pod;
    const existing = new TopologyCounts();
    const wanted = new TopologyCounts();
    const unwanted = new TopologyCounts();
    const countExisting = (other: PodInfo, node: NodeInfo, sign: number) => {
      for (const term of other.requiredAntiAffinity)
        if (term.matches(pod, view.namespaceLabels)) existing.add(term.topologyKey, node, sign);
    };
    const countOwn = (other: PodInfo, node: NodeInfo, sign: number) => {
      if (matchesAll(requiredAffinity, other, view))
        for (const term of requiredAffinity) wanted.add(term.topologyKey, node, sign);
      for (const term of requiredAntiAffinity)
        if (term.matches(other, view.namespaceLabels)) unwanted.add(term.topologyKey, node, sign);
    };
    for (const node of view.nodesWithRequiredAntiAffinity)
      for (const other of node.withRequiredAntiAffinity) countExisting(other, node, 1);
    const hasOwn = requiredAffinity.length + requiredAntiAffinity.length > 0;
    if (hasOwn)
      for (const node of view.nodes) for (const other of node.pods.values()) countOwn(other, node, 1);
    if (!hasOwn && existing.isEmpty) return undefined;
    return {
      check: (node) => {
        if (requiredAffinity.length > 0) {
          let near = true;
          for (const { topologyKey } of requiredAffinity) {
            if (node.label(topologyKey) === undefined) return AFFINITY;
            if (wanted.at(topologyKey, node) <= 0) near = false;
          }
          // The first of a group that wants to be together may go anywhere.
          if (!near && !(wanted.isEmpty && matchesAll(requiredAffinity, pod, view))) return AFFINITY;
        }
        for (const { topologyKey } of requiredAntiAffinity)
          if (unwanted.at(topologyKey, node) > 0) return ANTI_AFFINITY;
        if (!existing.isEmpty && existing.sum(node) > 0) return EXISTING_ANTI_AFFINITY;
        return undefined;
      },
      adjust: (other, node, sign) => {
        countExisting(other, node, sign);
        if (hasOwn) countOwn(other, node, sign);
      },
    };
  },
  score: (pod, view) => {
    const hasPreferences = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
    if (!hasPreferences && view.nodesWithAffinity.size === 0) return undefined;
    const counts = new TopologyCounts();
    const namespaces = view.namespaceLabels;
    const add = (terms: readonly AffinityTerm[], about: PodInfo, node: NodeInfo, factor: number) => {
      for (const term of terms)
        if (term.matches(about, namespaces)) counts.add(term.topologyKey, node, term.weight * factor);
    };
    for (const node of hasPreferences ? view.nodes : view.nodesWithAffinity) {
      for (const other of hasPreferences ? node.pods.values() : node.withAffinity) {
        add(pod.preferredAffinity, other, node, 1);
        add(pod.preferredAntiAffinity, other, node, -1);
        add(other.requiredAffinity, pod, node, HARD_AFFINITY_WEIGHT);
        add(other.preferredAffinity, pod, node, 1);
        add(other.preferredAntiAffinity, pod, node, -1);
      }
    }
    if (counts.isEmpty) return undefined;
    return {
      score: (node) => counts.sum(node),
      normalize: (scores) => {
        let minimum = Infinity;
        let maximum = -Infinity;
        for (const score of scores) {
          minimum = Math.min(minimum, score);
          maximum = Math.max(maximum, score);
        }
        const range = maximum - minimum;
        for (let index = 0; index < scores.length; index++)
          scores[index] =
            range > 0 ? Math.trunc((MAX_NODE_SCORE * ((scores[index] ?? 0) - minimum)) / range) : 0;
      },
    };
  },
  wakes: (event) => {
    switch (event.type) {
      case 'NodeAdded':
      case 'PodAssigned':
      case 'PodGone':
        return true;
      case 'NodeChanged':
        return event.node.metadata.labels !== event.previous.metadata.labels;
      case 'PodChanged':
        return event.pod.metadata.labels !== event.previous.metadata.labels;
      case 'OtherChanged':
        return event.resource === 'namespaces';
    }
  },
};
