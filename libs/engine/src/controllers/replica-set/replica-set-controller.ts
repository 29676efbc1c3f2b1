import { isDeepStrictEqual } from 'node:util';
import { isApiError, type ApiError } from '../../api/api-error.js';
import { Pods, ReplicaSets, ReplicationControllers, type ResourceType } from '../../clients/resource-type.js';
import { indexBySelector } from '../../clients/selector-index.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { matchesLabels } from '../../selectors/label-selector.js';
import { formatTime } from '../../time.js';
import type { LabelSelector, Pod, PodTemplateSpec, ReplicaSetStatus } from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition, withoutCondition } from '../shared/conditions.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import { claim, controllerOf, indexByController } from '../shared/ownership.js';
import {
  isActive,
  isAvailable,
  isFinished,
  isReady,
  nextAvailableInMs,
  podFromTemplate,
} from '../shared/pod-state.js';
import { isOfTerminatingNamespace, told } from '../shared/told-refusal.js';
import { rankVictims } from './victims.js';

/** Most pods created or deleted in one reconcile (BurstReplicas). */
const BURST_REPLICAS = 500;

/** What ReplicaSets and ReplicationControllers have in common. */
interface ReplicaOwner extends StoredObject {
  spec?: {
    replicas?: number;
    minReadySeconds?: number;
    template?: PodTemplateSpec;
    selector?: LabelSelector | Record<string, string>;
  };
  status?: ReplicaSetStatus;
}

/** Keeps the wanted number of pods of a ReplicaSet running (pkg/controller/replicaset). */
export const replicaSetController: Controller = replicaController(
  'replicaset-controller',
  ReplicaSets as ResourceType<ReplicaOwner>,
  (owner) => owner.spec?.selector as LabelSelector | undefined,
);

/** The same loop for ReplicationControllers, whose selector is a plain map. */
export const replicationController: Controller = replicaController(
  'replication-controller',
  ReplicationControllers as unknown as ResourceType<ReplicaOwner>,
  (owner) => owner.spec?.selector && { matchLabels: owner.spec.selector as Record<string, string> },
);

function replicaController(
  name: string,
  type: ResourceType<ReplicaOwner>,
  selectorOf: (owner: ReplicaOwner) => LabelSelector | undefined,
): Controller {
  return {
    name,
    start(context) {
      const pods = context.client.lister(Pods);
      const selecting = indexBySelector(context.client.lister(type), selectorOf);
      indexByController(pods);
      return startKeyedController(
        context,
        name,
        type,
        (owner) => reconcile(context, type, owner, selectorOf(owner)),
        (queue) => [
          pods.watch((_, pod, previous) => {
            const owner = controllerOf(pod) ?? (previous && controllerOf(previous));
            if (owner) {
              if (owner.kind === type.kind) queue.add(`${pod.metadata.namespace}/${owner.name}`);
              return;
            }
            for (const candidate of selecting(pod.metadata.namespace, pod.metadata.labels))
              queue.add(keyOf(candidate));
          }),
        ],
      );
    },
  };
}

function reconcile(
  context: ControllerContext,
  type: ResourceType<ReplicaOwner>,
  owner: ReplicaOwner,
  selector: LabelSelector | undefined,
): ReconcileResult | undefined {
  const { client, clock } = context;
  const nowMs = clock.now();
  const claimed = claim(client, Pods, owner, selector);
  const active = claimed.filter(isActive);
  const failure = owner.metadata.deletionTimestamp ? undefined : scale(context, owner, active, nowMs);

  const all = owner.metadata.deletionTimestamp
    ? claimed
    : client.lister(Pods).by('controllerUid', owner.metadata.uid ?? '');
  const current = all.filter(isActive);
  const status = statusOf(owner, current, failure, nowMs);
  // ReplicationControllers have no such field.
  if (type.kind === 'ReplicaSet')
    status.terminatingReplicas = all.filter(
      (pod) => pod.metadata.deletionTimestamp && !isFinished(pod),
    ).length;
  if (!isDeepStrictEqual(status, owner.status)) {
    const latest = client.lister(type).get(owner.metadata.namespace, owner.metadata.name ?? '');
    if (latest) client.updateStatus(type, { ...latest, status });
  }
  if (failure) throw told(failure.error);
  const waitMs = nextAvailableInMs(current, owner.spec?.minReadySeconds ?? 0, nowMs);
  return waitMs === undefined ? undefined : { requeueAfterMs: waitMs };
}

interface ScaleFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly error: ApiError;
}

/** Creates or deletes the difference; answers what went wrong, if anything. */
function scale(
  context: ControllerContext,
  owner: ReplicaOwner,
  active: readonly Pod[],
  nowMs: number,
): ScaleFailure | undefined {
  const { client, events } = context;
  const missing = (owner.spec?.replicas ?? 1) - active.length;
  try {
    for (let created = 0; created < Math.min(missing, BURST_REPLICAS); created++) {
      const pod = podFromTemplate(owner.spec?.template, owner);
      const made = client.create(Pods, {
        ...pod,
        metadata: { ...pod.metadata, generateName: `${owner.metadata.name}-` },
      });
      events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
    }
  } catch (error) {
    if (!isApiError(error)) throw error;
    if (isOfTerminatingNamespace(error)) return undefined;
    events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    return { reason: 'FailedCreate', error };
  }
  // Beyond the burst limit the events of the pods made here bring the key back.
  if (missing >= 0) return undefined;
  for (const victim of rankVictims(active, nowMs).slice(0, Math.min(-missing, BURST_REPLICAS))) {
    client.delete(Pods, victim.metadata.namespace, victim.metadata.name ?? '');
    events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${victim.metadata.name}`);
  }
  return undefined;
}

function statusOf(
  owner: ReplicaOwner,
  active: readonly Pod[],
  failure: ScaleFailure | undefined,
  nowMs: number,
): ReplicaSetStatus {
  const minReadySeconds = owner.spec?.minReadySeconds ?? 0;
  const templateLabels = owner.spec?.template?.metadata?.labels;
  const readyReplicas = active.filter(isReady).length;
  const availableReplicas = active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length;
  const fullyLabeledReplicas = active.filter((pod) =>
    matchesLabels(templateLabels, pod.metadata.labels),
  ).length;
  const known = owner.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  // The message names a pod that was never made, another one each time: only a new reason is news.
  const told = known?.status === 'True' && known.reason === failure?.reason;
  const conditions = failure
    ? told
      ? (owner.status?.conditions ?? [])
      : withCondition(owner.status?.conditions, {
          type: 'ReplicaFailure',
          status: 'True',
          lastTransitionTime: formatTime(nowMs),
          reason: failure.reason,
          message: failure.error.message,
        })
    : withoutCondition(owner.status?.conditions, 'ReplicaFailure');
  return {
    replicas: active.length,
    ...(fullyLabeledReplicas > 0 && { fullyLabeledReplicas }),
    ...(readyReplicas > 0 && { readyReplicas }),
    ...(availableReplicas > 0 && { availableReplicas }),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}
