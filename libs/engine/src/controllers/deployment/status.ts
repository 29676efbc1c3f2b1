import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../types/index.js';
import { formatTime, parseTime } from '../../time.js';
import { withoutCondition } from '../shared/conditions.js';
import { rolloutBounds } from './rollout.js';

/** What a deployment's status is computed from. */
export interface StatusInput {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  readonly collisionCount: number | undefined;
  /** Whether a rollout is under way whose progress counts: not while paused, scaled or deleted. */
  readonly isRollingOut: boolean;
  readonly nowMs: number;
}

/** The deadline for progress; the greatest number stands for none. */
export function progressDeadlineSeconds(deployment: Deployment): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  return seconds === 2_147_483_647 ? undefined : seconds;
}

/** Counts of a deployment over its ReplicaSets, and the conditions that follow (deployment/sync.go, progress.go). */
export function deploymentStatus(input: StatusInput): DeploymentStatus {
  const { deployment, newSet, oldSets, nowMs } = input;
  const all = newSet ? [...oldSets, newSet] : oldSets;
  const total = (of: (status: NonNullable<ReplicaSet['status']>) => number | undefined): number =>
    all.reduce((count, replicaSet) => count + (replicaSet.status ? (of(replicaSet.status) ?? 0) : 0), 0);
  const wanted = deployment.spec?.replicas ?? 1;
  const counts = {
    replicas: total((status) => status.replicas),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: total((status) => status.readyReplicas),
    availableReplicas: total((status) => status.availableReplicas),
  };
  const unavailableReplicas = Math.max(
    0,
    all.reduce((count, replicaSet) => count + (replicaSet.spec?.replicas ?? 0), 0) - counts.availableReplicas,
  );
  const isAvailable = counts.availableReplicas >= wanted - rolloutBounds(deployment).maxUnavailable;
  let conditions = set(
    deployment.status?.conditions ?? [],
    nowMs,
    isAvailable
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
  );
  if (input.isRollingOut) {
    conditions = withProgress(conditions, input, counts);
    conditions = withFailure(conditions, input);
  }
  const terminatingReplicas = terminating(all);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(counts.replicas > 0 && { replicas: counts.replicas }),
    ...(counts.updatedReplicas > 0 && { updatedReplicas: counts.updatedReplicas }),
    ...(counts.readyReplicas > 0 && { readyReplicas: counts.readyReplicas }),
    ...(counts.availableReplicas > 0 && { availableReplicas: counts.availableReplicas }),
    ...(unavailableReplicas > 0 && { unavailableReplicas }),
    ...(terminatingReplicas !== undefined && { terminatingReplicas }),
    ...(input.collisionCount !== undefined && { collisionCount: input.collisionCount }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** Pods on their way out; unknown as long as one ReplicaSet has not said how many it has. */
function terminating(all: readonly ReplicaSet[]): number | undefined {
  let count = 0;
  for (const { status } of all) {
    if (!status?.observedGeneration && status?.terminatingReplicas === undefined) continue;
    if (status.terminatingReplicas === undefined) return undefined;
    count += status.terminatingReplicas;
  }
  return count;
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

function withProgress(
  conditions: DeploymentCondition[],
  input: StatusInput,
  counts: Counts,
): DeploymentCondition[] {
  const { deployment, newSet, nowMs } = input;
  const wanted = deployment.spec?.replicas ?? 1;
  const seconds = progressDeadlineSeconds(deployment);
  if (seconds === undefined) return withoutCondition(conditions, 'Progressing');
  const current = conditions.find(({ type }) => type === 'Progressing');
  // A finished rollout stays finished whatever becomes of its pods.
  if (counts.replicas === counts.updatedReplicas && current?.reason === 'NewReplicaSetAvailable')
    return conditions;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const isComplete =
    counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted;
  if (isComplete)
    return set(conditions, nowMs, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${subject} has successfully progressed.`,
    });
  if (isProgress(deployment.status, counts)) {
    const next = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${subject} is progressing.`,
    };
    // Progress counts from here even when the words stay the same.
    const [added] = set([], nowMs, next);
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    const condition = { ...added, ...next, ...(since !== undefined && { lastTransitionTime: since }) };
    return [...withoutCondition(conditions, 'Progressing'), condition];
  }
  const sinceMs = parseTime(current?.lastUpdateTime);
  if (
    sinceMs === undefined ||
    current?.reason === 'NewReplicaSetAvailable' ||
    nowMs < sinceMs + seconds * 1000
  )
    return conditions;
  return set(conditions, nowMs, {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `${subject} has timed out progressing.`,
  });
}

function isProgress(before: DeploymentStatus | undefined, counts: Counts): boolean {
  return (
    counts.updatedReplicas > (before?.updatedReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < (before?.replicas ?? 0) - (before?.updatedReplicas ?? 0) ||
    counts.readyReplicas > (before?.readyReplicas ?? 0) ||
    counts.availableReplicas > (before?.availableReplicas ?? 0)
  );
}

/** What keeps ReplicaSets from making pods, the newest before others. */
function withFailure(
  conditions: DeploymentCondition[],
  { newSet, oldSets, nowMs }: StatusInput,
): DeploymentCondition[] {
  const failure = [...(newSet ? [newSet] : []), ...oldSets]
    .flatMap((replicaSet) => replicaSet.status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  return set(conditions, nowMs, {
    type: 'ReplicaFailure',
    status: failure.status,
    reason: failure.reason ?? '',
    message: failure.message ?? '',
  });
}

/** `conditions` with one set now: last of all, unless its status and reason are what they were (SetDeploymentCondition). */
export function set(
  conditions: readonly DeploymentCondition[],
  nowMs: number,
  condition: { type: string; status: string; reason: string; message: string },
): DeploymentCondition[] {
  const old = conditions.find(({ type }) => type === condition.type);
  if (old && old.status === condition.status && old.reason === condition.reason) return [...conditions];
  const time = formatTime(nowMs);
  const lastTransitionTime = (old?.status === condition.status && old.lastTransitionTime) || time;
  return [
    ...withoutCondition(conditions, condition.type),
    { ...condition, lastUpdateTime: time, lastTransitionTime },
  ];
}
