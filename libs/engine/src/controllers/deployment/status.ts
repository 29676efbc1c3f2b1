import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../types/index.js';
import { formatTime, parseTime } from '../../time.js';
import { withCondition, withoutCondition } from '../shared/conditions.js';
import { rolloutBounds } from './rollout.js';

/** What a deployment's status is computed from. */
export interface StatusInput {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  readonly collisionCount: number | undefined;
  readonly nowMs: number;
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
  let conditions = deployment.status?.conditions ?? [];
  conditions = set(
    conditions,
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
  conditions = withProgress(conditions, input, counts);
  const failure = all
    .flatMap((replicaSet) => replicaSet.status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  conditions = failure
    ? set(conditions, nowMs, {
        type: 'ReplicaFailure',
        status: failure.status,
        reason: failure.reason ?? '',
        message: failure.message ?? '',
      })
    : withoutCondition(conditions, 'ReplicaFailure');
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(counts.replicas > 0 && { replicas: counts.replicas }),
    ...(counts.updatedReplicas > 0 && { updatedReplicas: counts.updatedReplicas }),
    ...(counts.readyReplicas > 0 && { readyReplicas: counts.readyReplicas }),
    ...(counts.availableReplicas > 0 && { availableReplicas: counts.availableReplicas }),
    ...(unavailableReplicas > 0 && { unavailableReplicas }),
    ...(input.collisionCount !== undefined && { collisionCount: input.collisionCount }),
    ...(conditions.length > 0 && { conditions }),
  };
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

function withProgress(
  conditions: DeploymentCondition[],
  input: StatusInput,
  counts: Counts,
): DeploymentCondition[] {
  const { deployment, newSet, nowMs } = input;
  const wanted = deployment.spec?.replicas ?? 1;
  const seconds = deployment.spec?.progressDeadlineSeconds;
  if (seconds === undefined || seconds === 2_147_483_647) return withoutCondition(conditions, 'Progressing');
  const current = conditions.find(({ type }) => type === 'Progressing');
  const name = deployment.metadata.name;
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${name}"`;
  const isComplete =
    counts.updatedReplicas === wanted &&
    counts.replicas === wanted &&
    counts.availableReplicas === wanted &&
    (newSet !== undefined || wanted === 0);
  if (isComplete && newSet) {
    return set(conditions, nowMs, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${subject} has successfully progressed.`,
    });
  }
  const before = deployment.status;
  const progressed =
    counts.updatedReplicas > (before?.updatedReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < (before?.replicas ?? 0) - (before?.updatedReplicas ?? 0) ||
    counts.availableReplicas > (before?.availableReplicas ?? 0);
  if (progressed) {
    const next = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${subject} is progressing.`,
    };
    // Progress counts from here even when the words stay the same.
    return set(withoutUpdate(conditions), nowMs, next);
  }
  if (deployment.spec?.paused || current?.reason === 'NewReplicaSetAvailable') return conditions;
  const sinceMs = parseTime(current?.lastUpdateTime);
  if (sinceMs !== undefined && nowMs >= sinceMs + seconds * 1000) {
    return set(conditions, nowMs, {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `${subject} has timed out progressing.`,
    });
  }
  return conditions;
}

const withoutUpdate = (conditions: DeploymentCondition[]): DeploymentCondition[] =>
  conditions.map((entry) => (entry.type === 'Progressing' ? { ...entry, message: '' } : entry));

/** `conditions` with one set now. */
export function set(
  conditions: readonly DeploymentCondition[],
  nowMs: number,
  condition: { type: string; status: string; reason: string; message: string },
): DeploymentCondition[] {
  const time = formatTime(nowMs);
  return withCondition(conditions, { ...condition, lastUpdateTime: time, lastTransitionTime: time });
}
