import type { LabelSelector, PodSpec } from '../../types/index.js';
import type { NodeInfo } from '../node-info.js';
import { matchesRequiredNodeAffinity } from '../../selectors/node-selector.js';
import { MAX_NODE_SCORE, type ClusterView, type Rejection, type SchedulerPlugin } from '../plugin.js';
import { withLabelKeys, type PodInfo } from '../pod-info.js';
import { untolerated } from '../../selectors/taints.js';
import { matchesSelector } from '../../selectors/label-selector.js';

const NAME = 'PodTopologySpread';
const HOSTNAME = 'kubernetes.io/hostname';
const UNEVEN: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  unresolvable: false,
};
const NO_LABEL: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  unresolvable: true,
};

interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector | undefined;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

function constraintsOf(pod: PodInfo, whenUnsatisfiable: string): Constraint[] {
  return (pod.pod.spec?.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({
      topologyKey: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      minDomains: constraint.minDomains ?? 1,
      selector: withLabelKeys(constraint.labelSelector, pod.pod, constraint.matchLabelKeys),
      honorAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
      honorTaints: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

/** Spread over hosts and zones that pods of services and workloads get without asking (system defaulting). */
function defaultConstraints(pod: PodInfo, view: ClusterView): Constraint[] {
  if (pod.pod.spec?.topologySpreadConstraints?.length) return [];
  const selector = view.defaultSelector(pod.pod);
  if (!selector) return [];
  const common = { minDomains: 1, selector, honorAffinity: true, honorTaints: false };
  return [
    { ...common, topologyKey: HOSTNAME, maxSkew: 3 },
    { ...common, topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
  ];
}

function counts(constraint: Constraint, node: NodeInfo, spec: PodSpec | undefined): boolean {
  if (constraint.honorAffinity && !matchesRequiredNodeAffinity(spec, node.node)) return false;
  return !(
    constraint.honorTaints &&
    untolerated(node.node.spec?.taints, spec?.tolerations, ['NoSchedule', 'NoExecute'])
  );
}

const NONE: ReadonlyMap<NodeInfo, number> = new Map();

/** A selector that takes everything counts nothing, as in Kubernetes (podtopologyspread countPodsMatchSelector). */
function podsPerNode(
  { selector }: Constraint,
  pod: PodInfo,
  view: ClusterView,
): ReadonlyMap<NodeInfo, number> {
  const isEmpty =
    Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;
  return isEmpty ? NONE : view.counts.of(pod.namespace, selector);
}

/** Pods per value of the constraint's topology key, over the nodes that count for this pod. */
function domains(
  constraint: Constraint,
  pod: PodInfo,
  view: ClusterView,
  isEligible: (node: NodeInfo) => boolean,
): Map<string, number> {
  const result = new Map<string, number>();
  const perNode = podsPerNode(constraint, pod, view);
  for (const node of view.nodes) {
    const value = node.label(constraint.topologyKey);
    if (value === undefined || !isEligible(node) || !counts(constraint, node, pod.pod.spec)) continue;
    result.set(value, (result.get(value) ?? 0) + (perNode.get(node) ?? 0));
  }
  return result;
}

/** Spreads pods over topology domains: refuses what DoNotSchedule forbids, prefers what ScheduleAnyway wishes. */
export const podTopologySpread: SchedulerPlugin = {
  name: NAME,
  weight: 2,
  filter: (pod, view) => {
    const constraints = constraintsOf(pod, 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    const hasAllKeys = (node: NodeInfo) =>
      constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);
    const states = constraints.map((constraint) => ({
      constraint,
      byDomain: domains(constraint, pod, view, hasAllKeys),
      self: matchesSelector(constraint.selector, pod.pod.metadata.labels) ? 1 : 0,
      minimum: undefined as number | undefined,
    }));
    return {
      check: (node) => {
        for (const state of states) {
          const value = node.label(state.constraint.topologyKey);
          if (value === undefined) return NO_LABEL;
          if (state.minimum === undefined) {
            let minimum = Infinity;
            for (const count of state.byDomain.values()) minimum = Math.min(minimum, count);
            state.minimum = state.byDomain.size < state.constraint.minDomains ? 0 : minimum;
          }
          const skew = (state.byDomain.get(value) ?? 0) + state.self - state.minimum;
          if (skew > state.constraint.maxSkew) return UNEVEN;
        }
        return undefined;
      },
      adjust: (other, node, sign) => {
        for (const state of states) {
          const value = node.label(state.constraint.topologyKey);
          if (
            value === undefined ||
            other.namespace !== pod.namespace ||
            other.terminating ||
            !matchesSelector(state.constraint.selector, other.pod.metadata.labels) ||
            !counts(state.constraint, node, pod.pod.spec)
          )
            continue;
          state.byDomain.set(value, (state.byDomain.get(value) ?? 0) + sign);
          state.minimum = undefined;
        }
      },
    };
  },
  score: (pod, view, feasible) => {
    const own = constraintsOf(pod, 'ScheduleAnyway');
    const constraints = own.length > 0 ? own : defaultConstraints(pod, view);
    if (constraints.length === 0) return undefined;
    const requireAll = own.length > 0;
    const ignored = new Set<NodeInfo>();
    if (requireAll)
      for (const node of feasible)
        if (constraints.some(({ topologyKey }) => node.label(topologyKey) === undefined)) ignored.add(node);
    const states = constraints.map((constraint) => {
      const perNode = podsPerNode(constraint, pod, view);
      const isHost = constraint.topologyKey === HOSTNAME;
      const seen = new Set<string>();
      if (!isHost)
        for (const node of feasible) {
          const value = ignored.has(node) ? undefined : node.label(constraint.topologyKey);
          if (value !== undefined) seen.add(value);
        }
      const size = isHost ? feasible.length - ignored.size : seen.size;
      const byDomain = new Map<string, number>();
      if (!isHost)
        for (const [node, count] of perNode) {
          const value = node.label(constraint.topologyKey);
          if (value !== undefined && seen.has(value) && counts(constraint, node, pod.pod.spec))
            byDomain.set(value, (byDomain.get(value) ?? 0) + count);
        }
      return { constraint, perNode, isHost, byDomain, weight: Math.log(size + 2) };
    });
    return {
      score: (node) => {
        if (ignored.has(node)) return 0;
        let sum = 0;
        for (const { constraint, perNode, isHost, byDomain, weight } of states) {
          const value = node.label(constraint.topologyKey);
          if (value === undefined) continue;
          const count = (isHost ? perNode.get(node) : byDomain.get(value)) ?? 0;
          sum += count * weight + (constraint.maxSkew - 1);
        }
        return Math.round(sum);
      },
      normalize: (scores, nodes) => {
        let minimum = Infinity;
        let maximum = 0;
        scores.forEach((score, index) => {
          const node = nodes[index];
          if (node && ignored.has(node)) return;
          minimum = Math.min(minimum, score);
          maximum = Math.max(maximum, score);
        });
        for (let index = 0; index < scores.length; index++) {
          const node = nodes[index];
          if (node && ignored.has(node)) scores[index] = 0;
          else if (maximum === 0) scores[index] = MAX_NODE_SCORE;
          else
            scores[index] = Math.trunc(
              (MAX_NODE_SCORE * (maximum + minimum - (scores[index] ?? 0))) / maximum,
            );
        }
      },
    };
  },
  wakes: (event, pod) => {
    switch (event.type) {
      case 'NodeAdded':
        return true;
      case 'NodeChanged':
        return (
          event.node.metadata.labels !== event.previous.metadata.labels ||
          event.node.spec?.taints !== event.previous.spec?.taints
        );
      case 'PodAssigned':
      case 'PodChanged':
      case 'PodGone':
        return event.pod.metadata.namespace === pod.namespace;
      case 'OtherChanged':
        return false;
    }
  },
};
