import { isDeepStrictEqual } from 'node:util';
import { PersistentVolumeClaims, Pods, StatefulSets } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '../../types/index.js';
import { isApiError } from '../../api/api-error.js';
import type { Controller, ControllerContext } from '../controller.js';
import { scaledValue } from '../shared/int-or-percent.js';
import { startKeyedController } from '../shared/keyed-controller.js';
import { claim, controllerOf, indexByController } from '../shared/ownership.js';
import { isAvailable, isFinished, isReady, nextAvailableInMs } from '../shared/pod-state.js';
import { told } from '../shared/told-refusal.js';
import {
  CONTROLLER_HASH,
  REVISION_HASH,
  syncRevisions,
  templateOf,
  truncateRevisions,
} from '../shared/revision-history.js';
import { retainClaims } from './claim-retention.js';
import { claimsFor, ordinalOf, podOf } from './identity.js';

const NAME = 'statefulset-controller';

/** Runs StatefulSets: stable names, ordered growth, shrinking and updates (pkg/controller/statefulset). */
export const statefulSetController: Controller = {
  name: NAME,
  start(context) {
    const pods = context.client.lister(Pods);
    indexByController(pods);
    return startKeyedController(
      context,
      NAME,
      StatefulSets,
      (set) => reconcile(context, set),
      (queue) => [
        pods.watch((_, pod, previous) => {
          const owner = controllerOf(pod) ?? (previous && controllerOf(previous));
          if (owner?.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
        }),
      ],
    );
  },
};

interface Revisions {
  /** What pods below the partition, and those not yet updated, belong to. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

function reconcile(context: ControllerContext, set: StatefulSet): ReconcileResult | undefined {
  const { client, clock } = context;
  const nowMs = clock.now();
  const pods = claim(client, Pods, set, set.spec?.selector).filter(
    (pod) => ordinalOf(set, pod) !== undefined,
  );
  const history = syncRevisions(client, set, set.spec?.template, {
    labels: set.spec?.selector.matchLabels ?? {},
    hashLabel: CONTROLLER_HASH,
  });
  const current =
    history.all.find((revision) => revision.metadata.name === set.status?.currentRevision) ?? history.update;
  const revisions = { current, update: history.update };
  if (!set.metadata.deletionTimestamp) {
    for (const pod of pods) retainClaims(client, set, pod);
    step(context, set, pods, revisions, nowMs);
  }

  const after = client
    .lister(Pods)
    .by('controllerUid', set.metadata.uid ?? '')
    .filter((pod) => ordinalOf(set, pod) !== undefined);
  const status = statusOf(set, after, revisions, nowMs);
  if (!isDeepStrictEqual(status, set.status)) client.updateStatus(StatefulSets, { ...set, status });
  const inUse = new Set([
    status.currentRevision ?? '',
    status.updateRevision ?? '',
    ...after.map((pod) => pod.metadata.labels?.[REVISION_HASH] ?? ''),
  ]);
  truncateRevisions(client, history, inUse, set.spec?.revisionHistoryLimit ?? 10);
  const waitMs = nextAvailableInMs(after, set.spec?.minReadySeconds ?? 0, nowMs);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

/** Makes, replaces or removes pods, one at a time unless the policy is Parallel (stateful_set_control.go). */
function step(
  context: ControllerContext,
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  nowMs: number,
): void {
  const start = set.spec?.ordinals?.start ?? 0;
  const end = start + (set.spec?.replicas ?? 1);
  const isParallel = set.spec?.podManagementPolicy === 'Parallel';
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const isHealthy = (pod: Pod): boolean =>
    !pod.metadata.deletionTimestamp &&
    pod.status?.phase === 'Running' &&
    isAvailable(pod, minReadySeconds, nowMs);

  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod && isFinished(pod) && !pod.metadata.deletionTimestamp) {
      remove(context, set, pod);
      if (!isParallel) return;
    } else if (!pod) {
      create(context, set, ordinal, revisions);
      if (!isParallel) return;
    } else if (!isHealthy(pod) && !isParallel) return;
  }
  const condemned = pods
    .filter((pod) => !inRange(ordinalOf(set, pod), start, end))
    .sort((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));
  const firstUnhealthy = [...pods]
    .sort((a, b) => (ordinalOf(set, a) ?? 0) - (ordinalOf(set, b) ?? 0))
    .find((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    if (pod.metadata.deletionTimestamp) {
      if (!isParallel) return;
      continue;
    }
    // A pod that is not well stays while lower ones are not either: they come first.
    if (!isParallel && !isHealthy(pod) && firstUnhealthy !== pod) return;
    remove(context, set, pod);
    if (!isParallel) return;
  }
  update(
    context,
    set,
    [...byOrdinal].filter(([ordinal]) => inRange(ordinal, start, end)),
    revisions,
    isHealthy,
  );
}

const inRange = (ordinal: number | undefined, start: number, end: number): boolean =>
  ordinal !== undefined && ordinal >= start && ordinal < end;

function update(
  context: ControllerContext,
  set: StatefulSet,
  replicas: [number, Pod][],
  revisions: Revisions,
  isHealthy: (pod: Pod) => boolean,
): void {
  const { updateStrategy } = set.spec ?? {};
  if (updateStrategy?.type === 'OnDelete') return;
  // Counted from the first ordinal, wherever that is.
  const partition = (set.spec?.ordinals?.start ?? 0) + (updateStrategy?.rollingUpdate?.partition ?? 0);
  const allowed = Math.max(
    1,
    scaledValue(updateStrategy?.rollingUpdate?.maxUnavailable, set.spec?.replicas ?? 1, 'up', 1),
  );
  let unavailable = replicas.filter(([, pod]) => !isHealthy(pod)).length;
  for (const [ordinal, pod] of replicas.sort(([a], [b]) => b - a)) {
    if (ordinal < partition) return;
    const isUpdated = pod.metadata.labels?.[REVISION_HASH] === revisions.update.metadata.name;
    if (!isUpdated && !pod.metadata.deletionTimestamp) {
      if (isHealthy(pod) && unavailable >= allowed) return;
      if (isHealthy(pod)) unavailable++;
      remove(context, set, pod);
      if (unavailable >= allowed) return;
    } else if (!isHealthy(pod) && unavailable >= allowed) return;
  }
}

function create(context: ControllerContext, set: StatefulSet, ordinal: number, revisions: Revisions): void {
  const { client, events } = context;
  const start = set.spec?.ordinals?.start ?? 0;
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const isRolling = set.spec?.updateStrategy?.type !== 'OnDelete';
  const currentReplicas = set.status?.currentReplicas ?? 0;
  // Pods below the partition come back as they were.
  const useCurrent = isRolling
    ? ordinal < start + partition ||
      (revisions.current !== revisions.update &&
        partition === 0 &&
        ordinal < start + currentReplicas &&
        set.status?.updateRevision !== revisions.update.metadata.name)
    : false;
  const revision = useCurrent ? revisions.current : revisions.update;
  const pod = podOf(set, ordinal, templateOf(revision), revision.metadata.name ?? '');
  try {
    for (const volumeClaim of claimsFor(set, pod.metadata.name ?? '')) {
      if (client.lister(PersistentVolumeClaims).get(set.metadata.namespace, volumeClaim.metadata.name ?? ''))
        continue;
      client.create(PersistentVolumeClaims, volumeClaim);
      events.event(
        set,
        'Normal',
        'SuccessfulCreate',
        `Create Claim ${volumeClaim.metadata.name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} success`,
      );
    }
    retainClaims(client, set, client.create(Pods, pod));
    events.event(
      set,
      'Normal',
      'SuccessfulCreate',
      `Create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
    );
  } catch (error) {
    if (!isApiError(error)) throw error;
    events.event(
      set,
      'Warning',
      'FailedCreate',
      `Create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`,
    );
    throw told(error);
  }
}

function remove(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  context.client.delete(Pods, pod.metadata.namespace, pod.metadata.name ?? '');
  context.events.event(
    set,
    'Normal',
    'SuccessfulDelete',
    `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
  );
}

function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update: updated }: Revisions,
  nowMs: number,
): StatefulSetStatus {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const count = (test: (pod: Pod) => boolean): number => pods.filter(test).length;
  const of = (revision: ControllerRevision) => (pod: Pod) =>
    !pod.metadata.deletionTimestamp && pod.metadata.labels?.[REVISION_HASH] === revision.metadata.name;
  const replicas = set.spec?.replicas ?? 1;
  const updatedReplicas = count(of(updated));
  // Pods on their way out serve as long as they are ready.
  const isRunning = (pod: Pod): boolean => pod.status?.phase === 'Running';
  const readyReplicas = count((pod) => isRunning(pod) && isReady(pod));
  // Whoever updates by deleting pods is never done: what is current stays what it was (completeRollingUpdate).
  const isUpdateDone =
    set.spec?.updateStrategy?.type !== 'OnDelete' &&
    updatedReplicas === replicas &&
    pods.length === replicas &&
    readyReplicas === replicas;
  const currentReplicas = isUpdateDone ? updatedReplicas : count(of(current));
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...(readyReplicas > 0 && { readyReplicas }),
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(updatedReplicas > 0 && { updatedReplicas }),
    currentRevision: (isUpdateDone ? updated : current).metadata.name ?? '',
    updateRevision: updated.metadata.name ?? '',
    collisionCount: set.status?.collisionCount ?? 0,
    availableReplicas: count((pod) => isRunning(pod) && isAvailable(pod, minReadySeconds, nowMs)),
  };
}
