import type { Client } from '../clients/client.js';
import type { EventRecorder } from '../clients/event-recorder.js';
import { PodDisruptionBudgets, Pods } from '../clients/resource-type.js';
import { isApiError } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import { matchesSelector } from '../selectors/label-selector.js';
import { formatTime, parseTime } from '../time.js';
import type { PodDisruptionBudget } from '../types/index.js';
import { fitErrorText } from './fit-error.js';
import type { NodeInfo } from './node-info.js';
import type { ClusterView, NodeFilter, Rejection } from './plugin.js';
import type { PodInfo } from './pod-info.js';
import { checkNode } from './schedule-pod.js';

/** At least so many nodes, and at least this share of them, are tried for victims (DefaultPreemptionArgs). */
const LEAST_CANDIDATES = 100;
const LEAST_CANDIDATES_PERCENTAGE = 10;

const NOT_HELPFUL: Rejection = {
  plugin: 'DefaultPreemption',
  reasons: ['Preemption is not helpful for scheduling'],
  unresolvable: true,
};
const NO_VICTIMS: Rejection = {
  plugin: 'DefaultPreemption',
  reasons: ['No preemption victims found for incoming pod'],
  unresolvable: true,
};

interface Candidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

interface Surroundings {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
}

/** What preemption did: the node where room is being made, or why there is none. */
export interface PreemptionResult {
  readonly node?: string;
  readonly message?: string;
}

/**
 * Makes room for a pod that fits nowhere by ending pods of lower priority (plugins/defaultpreemption): on each node all of
 * them are taken away, as many as possible are put back (protected ones first), and the node that loses least is chosen.
 */
export function preempt(
  pod: PodInfo,
  view: ClusterView,
  attempt: { readonly byNode: ReadonlyMap<NodeInfo, Rejection>; readonly filters: readonly NodeFilter[] },
  surroundings: Surroundings,
): PreemptionResult {
  if (pod.pod.spec?.preemptionPolicy === 'Never')
    return { message: 'not eligible due to preemptionPolicy=Never.' };
  const nominated = view.node(pod.pod.status?.nominatedNodeName ?? '');
  if (nominated && !attempt.byNode.get(nominated)?.unresolvable) {
    for (const other of nominated.pods.values())
      if (other.terminating && other.priority < pod.priority)
        return {
          node: nominated.name,
          message: 'not eligible due to a terminating pod on the nominated node.',
        };
  }
  const verdicts = new Map<NodeInfo, Rejection>();
  const potential: NodeInfo[] = [];
  for (const node of view.nodes) {
    const rejection = attempt.byNode.get(node);
    if (rejection && !rejection.unresolvable) potential.push(node);
    else verdicts.set(node, NOT_HELPFUL);
  }
  const budgets = [...surroundings.client.lister(PodDisruptionBudgets).list()];
  const candidates = findCandidates(pod, potential, attempt.filters, budgets, surroundings.random, verdicts);
  const best = chooseCandidate(candidates);
  if (!best) return { message: fitErrorText(view.nodes.length, undefined, verdicts.values()) };
  for (const victim of best.victims) end(victim, pod, best.node, surroundings);
  return { node: best.node.name };
}

function findCandidates(
  pod: PodInfo,
  potential: readonly NodeInfo[],
  filters: readonly NodeFilter[],
  budgets: readonly PodDisruptionBudget[],
  random: Random,
  verdicts: Map<NodeInfo, Rejection>,
): Candidate[] {
  const enough = Math.min(
    potential.length,
    Math.max(LEAST_CANDIDATES, Math.trunc((potential.length * LEAST_CANDIDATES_PERCENTAGE) / 100)),
  );
  const offset = Math.floor(random.next() * potential.length);
  const clean: Candidate[] = [];
  const violating: Candidate[] = [];
  for (let index = 0; index < potential.length; index++) {
    const node = potential[(offset + index) % potential.length];
    if (!node) continue;
    const result = selectVictims(pod, node, filters, budgets);
    if ('reasons' in result) verdicts.set(node, result);
    else (result.violations === 0 ? clean : violating).push(result);
    if (clean.length > 0 && clean.length + violating.length >= enough) break;
  }
  return [...clean, ...violating];
}

/** The fewest pods that must leave the node, or why it would not help. */
export function selectVictims(
  pod: PodInfo,
  node: NodeInfo,
  filters: readonly NodeFilter[],
  budgets: readonly PodDisruptionBudget[],
): Candidate | Rejection {
  const lower = [...node.pods.values()].filter((other) => other.priority < pod.priority);
  if (lower.length === 0) return NO_VICTIMS;
  const trial = node.copy();
  const move = (other: PodInfo, sign: 1 | -1): void => {
    if (sign > 0) trial.add(other);
    else trial.remove(other.key);
    for (const filter of filters) filter.adjust?.(other, trial, sign);
  };
  for (const other of lower) move(other, -1);
  const victims: PodInfo[] = [];
  let violations = 0;
  const rejection = checkNode(pod, trial, filters);
  if (rejection) {
    for (const other of lower) move(other, 1);
    return rejection;
  }
  const { violatingPods, otherPods } = splitByBudgets(lower.sort(moreImportant), budgets);
  const reprieve = (other: PodInfo): boolean => {
    move(other, 1);
    if (!checkNode(pod, trial, filters)) return true;
    move(other, -1);
    victims.push(other);
    return false;
  };
  for (const other of violatingPods) if (!reprieve(other)) violations++;
  for (const other of otherPods) reprieve(other);
  // Filters live on for the next node: leave them as they were.
  for (const victim of victims) move(victim, 1);
  return { node, victims: victims.sort(moreImportant), violations };
}

const startedMs = (pod: PodInfo): number => parseTime(pod.pod.status?.startTime) ?? Infinity;

/** Higher priority first, then longer running. */
const moreImportant = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority || startedMs(a) - startedMs(b) || (a.key < b.key ? -1 : 1);

function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violatingPods: PodInfo[]; otherPods: PodInfo[] } {
  const allowed = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violatingPods: PodInfo[] = [];
  const otherPods: PodInfo[] = [];
  for (const pod of pods) {
    let violates = false;
    budgets.forEach((budget, index) => {
      if (budget.metadata.namespace !== pod.namespace) return;
      const { labels, name = '' } = pod.pod.metadata;
      if (!labels || !matchesSelector(budget.spec?.selector, labels)) return;
      if (budget.status?.disruptedPods && Object.hasOwn(budget.status.disruptedPods, name)) return;
      allowed[index] = (allowed[index] ?? 0) - 1;
      if ((allowed[index] ?? 0) < 0) violates = true;
    });
    (violates ? violatingPods : otherPods).push(pod);
  }
  return { violatingPods, otherPods };
}

/** Fewest budget violations, lowest top priority, lowest sum, fewest victims, latest start of the most important; the first. */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const offset = 2 ** 31;
  const keys: ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.priority ?? -Infinity,
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + offset, 0),
    ({ victims }) => victims.length,
    ({ victims }) => {
      const top = victims[0]?.priority;
      return -Math.min(...victims.filter(({ priority }) => priority === top).map(startedMs));
    },
  ];
  let best: readonly Candidate[] = candidates;
  for (const key of keys) {
    if (best.length <= 1) break;
    const values = best.map(key);
    const least = Math.min(...values);
    best = best.filter((_, index) => values[index] === least);
  }
  return best[0];
}

function end(victim: PodInfo, pod: PodInfo, node: NodeInfo, { client, events, clock }: Surroundings): void {
  const { namespace, name = '' } = victim.pod.metadata;
  const current = client.lister(Pods).get(namespace, name);
  if (!current) return;
  try {
    const conditions = current.status?.conditions ?? [];
    client.updateStatus(Pods, {
      ...current,
      status: {
        ...current.status,
        conditions: [
          ...conditions.filter(({ type }) => type !== 'DisruptionTarget'),
          {
            type: 'DisruptionTarget',
            status: 'True',
            lastTransitionTime: formatTime(clock.now()),
            reason: 'PreemptionByScheduler',
            message: `${pod.pod.spec?.schedulerName ?? 'default-scheduler'}: preempting to accommodate a higher priority pod`,
          },
        ],
      },
    });
    client.delete(Pods, namespace, name);
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
  }
  events.event(
    victim.pod,
    'Normal',
    'Preempted',
    `Preempted by pod ${pod.pod.metadata.uid ?? ''} on node ${node.name}`,
  );
}
