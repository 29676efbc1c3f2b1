import type { Pod } from '../../types/index.js';
import { isReady, readySinceMs } from '../shared/pod-state.js';
import { parseTime } from '../../time.js';

const PHASE_RANK: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/** Whole powers of two of an age: ages of the same size count as equal, so that chance decides and not a second. */
const ageBucket = (sinceMs: number | undefined, nowMs: number): number =>
  sinceMs === undefined ? -1 : Math.floor(Math.log2(Math.max(1, (nowMs - sinceMs) / 1000)));

const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));

const deletionCost = (pod: Pod): number => {
  const cost = Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return Number.isInteger(cost) ? cost : 0;
};

/**
 * `pods` in the order in which a scale-down takes them (controller_utils.go, ActivePodsWithRanks): unassigned, pending,
 * not ready, cheap, crowded, young in readiness, often restarted, new.
 */
export function rankVictims(pods: readonly Pod[], nowMs: number): Pod[] {
  const readyOnNode = new Map<string, number>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName ?? '';
    if (isReady(pod)) readyOnNode.set(node, (readyOnNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: Pod): number[] => [
    pod.spec?.nodeName ? 1 : 0,
    PHASE_RANK[pod.status?.phase ?? 'Pending'] ?? 1,
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(readyOnNode.get(pod.spec?.nodeName ?? '') ?? 0),
    ageBucket(readySinceMs(pod), nowMs),
    -restarts(pod),
    ageBucket(parseTime(pod.metadata.creationTimestamp), nowMs),
  ];
  return pods
    .map((pod) => ({ pod, ranks: rank(pod) }))
    .sort((a, b) => {
      for (let index = 0; index < a.ranks.length; index++) {
        const difference = (a.ranks[index] ?? 0) - (b.ranks[index] ?? 0);
        if (difference !== 0) return difference;
      }
      return (a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1;
    })
    .map(({ pod }) => pod);
}
