import { parseTime } from '../../time.js';
import type { Job, Pod } from '../../types/index.js';
import { indexOf } from './indexes.js';

/** Wait before a failed pod is replaced, doubled with every further failure (DefaultJobPodFailureBackOff). */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;
/** Beyond, doubling no longer matters. */
const MOST_DOUBLINGS = 10;

/** How often an index had failed before, on the pod that tries it again. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';

/**
 * How long to wait before failed pods are replaced (job/backoff_utils.go). Failures count from the last success on; with
 * `backoffLimitPerIndex` every index waits by itself: then the answer is a map of those that have to, with the time left.
 */
export function backOff(job: Job, pods: readonly Pod[], nowMs: number): number | Map<number, number> {
  if (job.spec?.backoffLimitPerIndex !== undefined) return backOffPerIndex(pods, nowMs);
  let lastSuccessMs = -Infinity;
  for (const pod of pods)
    if (pod.status?.phase === 'Succeeded')
      lastSuccessMs = Math.max(lastSuccessMs, finishedMs(pod) ?? -Infinity);
  let failures = 0;
  let lastFailureMs = -Infinity;
  for (const pod of pods) {
    const endedMs = pod.status?.phase === 'Failed' ? finishedMs(pod) : undefined;
    if (endedMs === undefined || endedMs <= lastSuccessMs) continue;
    failures++;
    lastFailureMs = Math.max(lastFailureMs, endedMs);
  }
  return leftOf(failures, lastFailureMs, nowMs);
}

function backOffPerIndex(pods: readonly Pod[], nowMs: number): Map<number, number> {
  const waiting = new Map<number, number>();
  for (const pod of pods) {
    const index = indexOf(pod);
    const endedMs = pod.status?.phase === 'Failed' ? finishedMs(pod) : undefined;
    if (index === undefined || endedMs === undefined) continue;
    const leftMs = leftOf(indexFailures(pod), endedMs, nowMs);
    if (leftMs > (waiting.get(index) ?? 0)) waiting.set(index, leftMs);
  }
  return waiting;
}

/** How often an index has failed, this failed pod included. */
export function indexFailures(pod: Pod): number {
  return Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) + 1;
}

function leftOf(failures: number, lastFailureMs: number, nowMs: number): number {
  if (failures === 0) return 0;
  const waitMs = FIRST_BACKOFF_MS * 2 ** Math.min(MOST_DOUBLINGS, failures - 1);
  return Math.max(0, Math.min(LONGEST_BACKOFF_MS, waitMs) - (nowMs - lastFailureMs));
}

/** When the last container of a pod ended, or the pod was given up. */
function finishedMs(pod: Pod): number | undefined {
  const times = (pod.status?.containerStatuses ?? [])
    .map(({ state }) => parseTime(state?.terminated?.finishedAt))
    .filter((ms) => ms !== undefined);
  return times.length > 0
    ? Math.max(...times)
    : parseTime(pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp);
}
