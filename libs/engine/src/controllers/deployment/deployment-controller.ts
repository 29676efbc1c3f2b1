import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../../api/api-error.js';
import { Deployments, Pods, ReplicaSets } from '../../clients/resource-type.js';
import { indexBySelector } from '../../clients/selector-index.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { parseTime } from '../../time.js';
import type { Deployment, DeploymentCondition, PodTemplateSpec, ReplicaSet } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { shortHash } from '../shared/hash.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';
import {
  claim,
  controlledBy,
  controllerOf,
  controllerReference,
  indexByController,
} from '../shared/ownership.js';
import { isFinished } from '../shared/pod-state.js';
import { isOfTerminatingNamespace } from '../shared/told-refusal.js';
import {
  byAge,
  copiedAnnotations,
  DESIRED_REPLICAS,
  findNewReplicaSet,
  HASH_LABEL,
  MAX_REPLICAS,
  REVISION,
  REVISION_HISTORY,
  revisionOf,
  withEarlier,
} from './revision.js';
import { proportionalStep, rollingStep, rolloutBounds, type Resize } from './rollout.js';
import { deploymentStatus, progressDeadlineSeconds, set } from './status.js';

const NAME = 'deployment-controller';

/** Rolls Deployments out through ReplicaSets (pkg/controller/deployment). */
export const deploymentController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const replicaSets = client.lister(ReplicaSets);
    const selecting = indexBySelector(client.lister(Deployments), ({ spec }) => spec?.selector);
    const pods = client.lister(Pods);
    indexByController(replicaSets);
    indexByController(pods);
    return startKeyedController(
      context,
      NAME,
      Deployments,
      (deployment) => reconcile(context, deployment),
      (queue) => [
        replicaSets.watch((_, replicaSet, previous) => {
          const owner = controllerOf(replicaSet) ?? (previous && controllerOf(previous));
          if (owner?.kind === 'Deployment') queue.add(`${replicaSet.metadata.namespace}/${owner.name}`);
          else if (!owner) {
            for (const deployment of selecting(replicaSet.metadata.namespace, replicaSet.metadata.labels))
              queue.add(keyOf(deployment));
          }
        }),
        // Recreate waits for the last old pod to be gone.
        pods.watch((type, pod) => {
          if (type !== 'DELETED') return;
          const owner = controllerOf(pod);
          const replicaSet =
            owner?.kind === 'ReplicaSet' ? replicaSets.get(pod.metadata.namespace, owner.name) : undefined;
          const parent = replicaSet && controllerOf(replicaSet);
          if (parent?.kind === 'Deployment') queue.add(`${pod.metadata.namespace}/${parent.name}`);
        }),
      ],
    );
  },
};

/** One deployment with the ReplicaSets it owns. */
interface Rollout {
  readonly context: ControllerContext;
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  collisionCount: number | undefined;
}

function reconcile(context: ControllerContext, deployment: Deployment): ReconcileResult | undefined {
  const { client } = context;
  const owned = claim(client, ReplicaSets, deployment, deployment.spec?.selector);
  const newSet = findNewReplicaSet(deployment, owned);
  const rollout: Rollout = {
    context,
    deployment,
    newSet,
    oldSets: owned.filter((replicaSet) => replicaSet !== newSet),
    collisionCount: deployment.status?.collisionCount,
  };
  if (deployment.metadata.deletionTimestamp) return writeStatus(rollout, false);
  const paused = markPaused(rollout);
  if (paused) return undefined;
  if (deployment.spec?.paused || isScaling(rollout, owned)) {
    if (newSet) ensureNewSet(rollout);
    const resizes = proportionalStep(deployment, newSet, rollout.oldSets);
    // The others only note the size they were last measured against.
    const kept = owned
      .filter(
        (replicaSet) =>
          (replicaSet.spec?.replicas ?? 0) > 0 && !resizes.some((resize) => resize.replicaSet === replicaSet),
      )
      .map((replicaSet) => ({ replicaSet, replicas: replicaSet.spec?.replicas ?? 0 }));
    resizeAll(rollout, [...resizes, ...kept]);
    if (deployment.spec?.paused) cleanUp(refreshed(rollout));
    return writeStatus(refreshed(rollout), false);
  }
  if (deployment.spec?.strategy?.type === 'Recreate') recreate(rollout);
  else {
    const current = ensureNewSet(rollout);
    if (current) resizeAll(rollout, rollingStep(deployment, current, rollout.oldSets));
  }
  const after = refreshed(rollout);
  cleanUp(after);
  return writeStatus(after, true);
}

/** Records pausing and resuming in the Progressing condition; true when it wrote (the next event continues). */
function markPaused({ context, deployment }: Rollout): boolean {
  const conditions: readonly DeploymentCondition[] = deployment.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'Progressing');
  if (progressDeadlineSeconds(deployment) === undefined || current?.reason === 'ProgressDeadlineExceeded')
    return false;
  const isMarked = current?.reason === 'DeploymentPaused';
  if (isMarked === (deployment.spec?.paused ?? false)) return false;
  const next = isMarked
    ? {
        type: 'Progressing',
        status: 'Unknown',
        reason: 'DeploymentResumed',
        message: 'Deployment is resumed',
      }
    : { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  context.client.updateStatus(Deployments, {
    ...deployment,
    status: { ...deployment.status, conditions: set(conditions, context.clock.now(), next) },
  });
  return true;
}

/** True when the wanted size changed since the ReplicaSets were last sized. */
function isScaling({ deployment }: Rollout, owned: readonly ReplicaSet[]): boolean {
  return owned.some(
    (replicaSet) =>
      (replicaSet.spec?.replicas ?? 0) > 0 &&
      replicaSet.metadata.annotations?.[DESIRED_REPLICAS] !== undefined &&
      replicaSet.metadata.annotations[DESIRED_REPLICAS] !== String(deployment.spec?.replicas ?? 1),
  );
}

function recreate(rollout: Rollout): void {
  const { context, oldSets } = rollout;
  const active = oldSets.filter((replicaSet) => (replicaSet.spec?.replicas ?? 0) > 0);
  if (active.length > 0) {
    resizeAll(
      rollout,
      active.map((replicaSet) => ({ replicaSet, replicas: 0 })),
    );
    return;
  }
  const pods = context.client.lister(Pods);
  const isOldPodLeft = oldSets.some((replicaSet) =>
    controlledBy(pods, replicaSet).some((pod) => !isFinished(pod)),
  );
  if (isOldPodLeft) return;
  const current = ensureNewSet(rollout);
  const wanted = rollout.deployment.spec?.replicas ?? 1;
  if (current && current.spec?.replicas !== wanted)
    resizeAll(rollout, [{ replicaSet: current, replicas: wanted }]);
}

/** The ReplicaSet of the current template, made or brought up to date. */
function ensureNewSet(rollout: Rollout): ReplicaSet | undefined {
  const { context, deployment, newSet, oldSets } = rollout;
  const { client } = context;
  const before = newSet ? revisionOf(newSet) : 0n;
  const next = oldSets.map(revisionOf).reduce((most, one) => (one > most ? one : most), 0n) + 1n;
  const revision = String(next > before ? next : before);
  const annotations = {
    ...copiedAnnotations(deployment),
    [REVISION]: revision,
  };
  if (deployment.metadata.annotations?.[REVISION] !== revision) {
    // With the status, so that it does not count as a change of what is wanted.
    client.updateStatus(Deployments, {
      ...deployment,
      metadata: {
        ...deployment.metadata,
        annotations: { ...deployment.metadata.annotations, [REVISION]: revision },
      },
    });
  }
  if (newSet) {
    const earlier = newSet.metadata.annotations?.[REVISION_HISTORY];
    const merged = {
      ...newSet.metadata.annotations,
      ...annotations,
      ...(before > 0n && next > before && { [REVISION_HISTORY]: withEarlier(earlier, before) }),
    };
    const minReadySeconds = deployment.spec?.minReadySeconds;
    if (!deployment.status?.conditions?.some(({ type }) => type === 'Progressing'))
      noteProgress(rollout, 'True', 'FoundNewReplicaSet', `Found new replica set "${newSet.metadata.name}"`);
    if (
      isDeepStrictEqual(merged, newSet.metadata.annotations) &&
      newSet.spec?.minReadySeconds === minReadySeconds
    )
      return newSet;
    return client.update(ReplicaSets, {
      ...newSet,
      metadata: { ...newSet.metadata, annotations: merged },
      spec: {
        ...newSet.spec,
        selector: newSet.spec?.selector ?? {},
        ...(minReadySeconds !== undefined && { minReadySeconds }),
      },
    });
  }
  return createNewSet(rollout, annotations);
}

function createNewSet(rollout: Rollout, annotations: Record<string, string>): ReplicaSet | undefined {
  const { context, deployment, oldSets } = rollout;
  const { client, events } = context;
  const { spec } = deployment;
  const hash = shortHash(spec?.template, rollout.collisionCount);
  const template: PodTemplateSpec = {
    ...spec?.template,
    metadata: {
      ...spec?.template.metadata,
      labels: { ...spec?.template.metadata?.labels, [HASH_LABEL]: hash },
    },
  };
  const room =
    (spec?.replicas ?? 1) +
    rolloutBounds(deployment).maxSurge -
    oldSets.reduce((total, old) => total + (old.spec?.replicas ?? 0), 0);
  const replicas = Math.max(0, Math.min(spec?.replicas ?? 1, room));
  const wanted: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace !== undefined && { namespace: deployment.metadata.namespace }),
      labels: template.metadata?.labels ?? {},
      annotations: { ...annotations, ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(spec?.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec?.selector, matchLabels: { ...spec?.selector.matchLabels, [HASH_LABEL]: hash } },
      template,
    },
  };
  try {
    const created = client.create(ReplicaSets, wanted);
    if (replicas > 0)
      events.event(
        deployment,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`,
      );
    const told = `Created new replica set "${created.metadata.name}"`;
    noteProgress(rollout, 'True', 'NewReplicaSetCreated', told);
    return created;
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) {
      if (isApiError(error) && !isOfTerminatingNamespace(error)) {
        const told = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
        noteProgress(rollout, 'False', 'ReplicaSetCreateError', told);
        events.event(deployment, 'Warning', 'ReplicaSetCreateError', told);
      }
      throw error;
    }
    // Another template with the same short hash: count the collision, so that the next try gets another name.
    rollout.collisionCount = (rollout.collisionCount ?? 0) + 1;
    const latest = client.get(Deployments, deployment.metadata.namespace, deployment.metadata.name ?? '');
    client.updateStatus(Deployments, {
      ...latest,
      status: { ...latest.status, collisionCount: rollout.collisionCount },
    });
    return undefined;
  }
}

/** Says in the Progressing condition what became of the new ReplicaSet, unless the deployment has no deadline. */
function noteProgress(
  { context, deployment }: Rollout,
  status: 'True' | 'False',
  reason: string,
  message: string,
): void {
  const { client, clock } = context;
  const { namespace, name = '' } = deployment.metadata;
  const latest = client.lister(Deployments).get(namespace, name);
  if (!latest || progressDeadlineSeconds(deployment) === undefined) return;
  const condition = { type: 'Progressing', status, reason, message };
  const conditions = set(latest.status?.conditions ?? [], clock.now(), condition);
  client.updateStatus(Deployments, { ...latest, status: { ...latest.status, conditions } });
}

/** What a ReplicaSet carries of the size it was made for. */
function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec?.replicas ?? 1;
  return {
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + rolloutBounds(deployment).maxSurge),
  };
}

function resizeAll({ context, deployment }: Rollout, resizes: readonly Resize[]): void {
  const { client, events } = context;
  for (const { replicaSet, replicas } of resizes) {
    const current = client
      .lister(ReplicaSets)
      .get(replicaSet.metadata.namespace, replicaSet.metadata.name ?? '');
    if (!current) continue;
    const before = current.spec?.replicas ?? 0;
    const annotations = {
      ...current.metadata.annotations,
      [DESIRED_REPLICAS]: String(deployment.spec?.replicas ?? 1),
      [MAX_REPLICAS]: String((deployment.spec?.replicas ?? 1) + rolloutBounds(deployment).maxSurge),
    };
    client.update(ReplicaSets, {
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: { ...current.spec, selector: current.spec?.selector ?? {}, replicas },
    });
    if (before === replicas) continue;
    const direction = replicas > before ? 'up' : 'down';
    events.event(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${current.metadata.name} from ${before} to ${replicas}`,
    );
  }
}

/** The same rollout as the store has it now. */
function refreshed(rollout: Rollout): Rollout {
  const { client } = rollout.context;
  const { namespace, name = '' } = rollout.deployment.metadata;
  const deployment = client.lister(Deployments).get(namespace, name) ?? rollout.deployment;
  const owned = controlledBy(client.lister(ReplicaSets), deployment);
  const newSet = findNewReplicaSet(deployment, owned);
  return { ...rollout, deployment, newSet, oldSets: owned.filter((replicaSet) => replicaSet !== newSet) };
}

/** Removes old, empty ReplicaSets beyond the history limit once the rollout is complete. */
function cleanUp({ context, deployment, newSet, oldSets }: Rollout): void {
  const wanted = deployment.spec?.replicas ?? 1;
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const isComplete = newSet?.status?.availableReplicas === wanted || wanted === 0;
  if (
    !isComplete ||
    oldSets.some(
      (replicaSet) => (replicaSet.spec?.replicas ?? 0) > 0 || (replicaSet.status?.replicas ?? 0) > 0,
    )
  )
    return;
  const byRevision = byAge(oldSets).sort((a, b) => Number(revisionOf(a) - revisionOf(b)));
  for (const replicaSet of byRevision.slice(0, Math.max(0, byRevision.length - limit))) {
    if (!replicaSet.metadata.deletionTimestamp)
      context.client.delete(ReplicaSets, replicaSet.metadata.namespace, replicaSet.metadata.name ?? '');
  }
}

function writeStatus(rollout: Rollout, isRollingOut: boolean): ReconcileResult | undefined {
  const { context, deployment, newSet, oldSets, collisionCount } = rollout;
  const nowMs = context.clock.now();
  const status = deploymentStatus({ deployment, newSet, oldSets, collisionCount, isRollingOut, nowMs });
  if (!isDeepStrictEqual(status, deployment.status))
    context.client.updateStatus(Deployments, { ...deployment, status });
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  const deadlineSeconds = progressDeadlineSeconds(deployment);
  if (
    deadlineSeconds === undefined ||
    progressing?.status !== 'True' ||
    progressing.reason === 'NewReplicaSetAvailable'
  )
    return undefined;
  const dueMs = (parseTime(progressing.lastUpdateTime) ?? nowMs) + deadlineSeconds * 1000;
  return { requeueAfterMs: Math.max(1000, dueMs - nowMs) };
}
