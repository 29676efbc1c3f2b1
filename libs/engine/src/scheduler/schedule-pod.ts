import type { Random } from '../random.js';
import type { NodeInfo } from './node-info.js';
import {
  isRejection,
  type ClusterView,
  type NodeFilter,
  type NodeScorer,
  type Rejection,
  type SchedulerPlugin,
} from './plugin.js';
import type { PodInfo } from './pod-info.js';

/** Nodes always looked at, and the least share of nodes looked at beyond (schedule_one.go numFeasibleNodesToFind). */
const LEAST_FEASIBLE_NODES = 100;
const LEAST_PERCENTAGE = 5;

/** What a scheduling attempt came to. */
export type Decision =
  | {
      readonly outcome: 'placed';
      readonly node: NodeInfo;
      /** Nodes checked, and how many of them would do. */
      readonly evaluated: number;
      readonly feasible: number;
      /** Each feasible node's total and its parts by plugin; only when asked for. */
      readonly scores?: readonly NodeScore[];
      /** Why the other nodes that were looked at would not do. */
      readonly byNode: ReadonlyMap<NodeInfo, Rejection>;
    }
  | {
      readonly outcome: 'rejected';
      /** Set when the pod was refused before any node was looked at. */
      readonly wholesale: Rejection | undefined;
      readonly byNode: ReadonlyMap<NodeInfo, Rejection>;
      readonly filters: readonly NodeFilter[];
    };

/** The weighted scores of one node. */
export interface NodeScore {
  readonly node: string;
  readonly total: number;
  readonly byPlugin: Readonly<Record<string, number>>;
}

export interface DecisionOptions {
  readonly plugins: readonly SchedulerPlugin[];
  readonly random: Random;
  /** Index of the node to look at first. */
  readonly startIndex: number;
  /** Keep the scores of every node for explanation. */
  readonly explain?: boolean;
  /** Pods that hold a place on a node through nomination. */
  readonly nominated?: (node: NodeInfo) => readonly PodInfo[];
}

/** How many feasible nodes are enough among `count`. */
export function enoughFeasibleNodes(count: number): number {
  if (count < LEAST_FEASIBLE_NODES) return count;
  const percentage = Math.max(LEAST_PERCENTAGE, 50 - Math.trunc(count / 125));
  return Math.max(LEAST_FEASIBLE_NODES, Math.trunc((count * percentage) / 100));
}

/** What is said of nodes that a pod's affinity to others by name leaves out (schedule_one.go, PreFilterResult). */
const ELSEWHERE: Rejection = {
  plugin: 'NodeAffinity',
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  unresolvable: true,
};

function nodesWithin(limits: readonly ReadonlySet<string>[], view: ClusterView): readonly NodeInfo[] {
  const [first, ...others] = limits;
  return [...(first ?? [])].flatMap((name) =>
    others.every((other) => other.has(name)) ? (view.node(name) ?? []) : [],
  );
}

/** Finds the best node for a pod: filter until enough nodes will do, score those, take a best one at random. */
export function schedulePod(pod: PodInfo, view: ClusterView, options: DecisionOptions): Decision {
  const filters: NodeFilter[] = [];
  for (const plugin of options.plugins) {
    const result = plugin.filter?.(pod, view);
    if (!result) continue;
    if (isRejection(result))
      return { outcome: 'rejected', wholesale: result, byNode: new Map(), filters: [] };
    filters.push(result);
  }
  const limits = filters.flatMap(({ only }) => only ?? []);
  const nodes = limits.length > 0 ? nodesWithin(limits, view) : view.nodes;
  const enough = options.explain ? nodes.length : enoughFeasibleNodes(nodes.length);
  const feasible: NodeInfo[] = [];
  const rejected = new Map<NodeInfo, Rejection>();
  let evaluated = 0;
  for (; evaluated < nodes.length && feasible.length < enough; evaluated++) {
    const node = nodes[(options.startIndex + evaluated) % nodes.length];
    if (!node) continue;
    const rejection = checkNode(pod, node, filters, options.nominated);
    if (rejection) rejected.set(node, rejection);
    else feasible.push(node);
  }
  const [first] = feasible;
  if (limits.length > 0 && (!first || options.explain)) {
    const within = new Set(nodes);
    for (const node of view.nodes) if (!within.has(node)) rejected.set(node, ELSEWHERE);
  }
  if (!first) return { outcome: 'rejected', wholesale: undefined, byNode: rejected, filters };
  if (feasible.length === 1 && !options.explain)
    return { outcome: 'placed', node: first, evaluated, feasible: 1, byNode: rejected };
  return { ...pick(pod, view, feasible, options), evaluated, byNode: rejected };
}

/** Asks every filter about a node, counting pods nominated to it as if they were there (and, if that helps nobody, not). */
export function checkNode(
  pod: PodInfo,
  node: NodeInfo,
  filters: readonly NodeFilter[],
  nominated?: (node: NodeInfo) => readonly PodInfo[],
): Rejection | undefined {
  const guests = nominated?.(node).filter(
    (guest) => guest.priority >= pod.priority && guest.key !== pod.key && !node.pods.has(guest.key),
  );
  if (guests && guests.length > 0) {
    const crowded = node.copy();
    for (const guest of guests) {
      crowded.add(guest);
      for (const filter of filters) filter.adjust?.(guest, crowded, 1);
    }
    const rejection = ask(filters, crowded);
    for (const guest of guests) for (const filter of filters) filter.adjust?.(guest, crowded, -1);
    if (rejection) return rejection;
  }
  return ask(filters, node);
}

function ask(filters: readonly NodeFilter[], node: NodeInfo): Rejection | undefined {
  for (const filter of filters) {
    const rejection = filter.check(node);
    if (rejection) return rejection;
  }
  return undefined;
}

function pick(
  pod: PodInfo,
  view: ClusterView,
  feasible: readonly NodeInfo[],
  options: DecisionOptions,
): { outcome: 'placed'; node: NodeInfo; feasible: number; scores?: NodeScore[] } {
  const totals = feasible.map(() => 0);
  const parts: { name: string; scores: number[] }[] = [];
  for (const plugin of options.plugins) {
    const scorer = plugin.score?.(pod, view, feasible);
    if (!scorer) continue;
    const scores = scoresOf(scorer, feasible);
    for (let index = 0; index < totals.length; index++) {
      const weighted = (scores[index] ?? 0) * plugin.weight;
      scores[index] = weighted;
      totals[index] = (totals[index] ?? 0) + weighted;
    }
    if (options.explain) parts.push({ name: plugin.name, scores });
  }
  // Among equals each is as likely: the n-th equal replaces the choice with chance 1/n.
  let best = 0;
  let equals = 1;
  for (let index = 1; index < totals.length; index++) {
    const total = totals[index] ?? 0;
    const bestTotal = totals[best] ?? 0;
    if (total > bestTotal) {
      best = index;
      equals = 1;
    } else if (total === bestTotal && options.random.next() < 1 / ++equals) best = index;
  }
  const node = feasible[best] as NodeInfo;
  if (!options.explain) return { outcome: 'placed', node, feasible: feasible.length };
  const scores = feasible.map((candidate, index) => ({
    node: candidate.name,
    total: totals[index] ?? 0,
    byPlugin: Object.fromEntries(parts.map((part) => [part.name, part.scores[index] ?? 0])),
  }));
  return { outcome: 'placed', node, feasible: feasible.length, scores };
}

function scoresOf(scorer: NodeScorer, nodes: readonly NodeInfo[]): number[] {
  const scores: number[] = [];
  for (const node of nodes) scores.push(scorer.score(node));
  scorer.normalize?.(scores, nodes);
  return scores;
}
